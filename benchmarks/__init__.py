"""Benchmarks. Metrics of the desk go nowhere here."""

import os

os.environ |= {"POWERTOOLS_METRICS_NAMESPACE": "LangNghe", "POWERTOOLS_METRICS_DISABLED": "true"}
os.environ.setdefault("AWS_DEFAULT_REGION", "ap-southeast-1")
os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
