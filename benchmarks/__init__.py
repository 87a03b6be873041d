"""Benchmarks. Metrics and traces of the desk go nowhere here."""

import os

os.environ |= {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "ap-southeast-1",
    "POWERTOOLS_METRICS_NAMESPACE": "LangNghe",
    "POWERTOOLS_METRICS_DISABLED": "true",
}
