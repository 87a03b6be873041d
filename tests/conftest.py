"""What every test may rely on: an AWS that does not exist, so that nothing reaches a real one by mistake."""

import os

os.environ |= {
    "AWS_DEFAULT_REGION": "ap-southeast-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "POWERTOOLS_METRICS_NAMESPACE": "LangNghe",
    "POWERTOOLS_SERVICE_NAME": "test",
}
