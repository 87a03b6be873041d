"""Builds and deploys the very template that goes to AWS, by SAM, to the emulator."""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3

from local.config import ENVIRONMENT, REGION, ROOT, STACK, Config

SAM = Path(os.environ.get("SAM_BIN") or ROOT / ".venv-sam/bin/sam")
PYTHON_BIN = ROOT / ".venv/bin"


def was_deployed(config: Config) -> bool:
    """True when an earlier start got as far as a deployed stack."""
    return _stamp(config).exists()


def deploy(config: Config) -> dict[str, str]:
    """Deploy when something changed since the last time; returns the stack's outputs."""
    parameters = {
        "Environment": ENVIRONMENT,
        "Architecture": "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64",
        "ZaloUrl": config.simulator_url,
        "MediaHosts": config.all_media_hosts,
        "SignInUrl": f"http://localhost:{config.port}",
        # Where front.py answers: Cognito sends people back only to an address that it knows.
        "PublicUrl": f"http://127.0.0.1:{config.port + 2}",
        "ZaloVerifierFile": "zalo_verifierLOCALSTACK.html",
        "EvidenceRetentionDays": "1",
        "LookupSources": "bhxh=gateway",
        "GatewayUrl": config.gateway_url,
    }
    fingerprint = _fingerprint(parameters)
    stamp = _stamp(config)
    known = _outputs(config)
    if known and stamp.exists() and stamp.read_text() == fingerprint:
        return known
    overrides = [f"{k}={v}" for k, v in parameters.items()]
    template = _build(config, overrides)
    _sam(config, "deploy", "--template-file", str(template), "--stack-name", STACK, "--region", REGION,
         "--resolve-s3", "--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset", "--no-progressbar",
         "--no-fail-on-empty-changeset", "--parameter-overrides", *overrides)  # fmt: skip
    outputs = _outputs(config)
    assert outputs is not None
    _lock_evidence(config, outputs["EvidenceBucket"], parameters)
    stamp.write_text(fingerprint)
    return outputs


def _stamp(config: Config) -> Path:
    return config.folder / "deployed"


def _build(config: Config, overrides: list[str]) -> Path:
    """Build one function and share its zip: all functions are one folder, so one build serves them all.

    Each worker of the emulator unpacks the zip for itself. So only our own code goes into it; what it depends on is
    unpacked once, beside the emulator's state, where all workers find it.
    """
    build = config.folder / "build"
    cache = str(config.folder / "build-cache")
    _sam(config, "build", "WebhookFunction", "--template-file", str(ROOT / "template.yaml"),
         "--build-dir", str(build), "--cached", "--cache-dir", cache,
         "--parameter-overrides", *overrides)  # fmt: skip
    archive = build / "code.zip"
    folder = build / "WebhookFunction"
    ours = {path.name for path in (ROOT / "functions").iterdir()}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as code:
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if path.is_file() and inside.parts[0] in ours and "__pycache__" not in path.parts:
                code.write(path, inside)
    dependencies = config.folder / "dependencies"
    shutil.rmtree(dependencies, ignore_errors=True)
    dependencies.mkdir()
    for path in folder.iterdir():
        if path.name not in ours and path.is_dir():
            shutil.copytree(path, dependencies / path.name, copy_function=os.link)
        elif path.name not in ours:
            os.link(path, dependencies / path.name)
    template = build / "deploy.yaml"
    source = (ROOT / "template.yaml").read_text("utf-8")
    assert source.count("CodeUri: functions/") == 1
    template.write_text(source.replace("CodeUri: functions/", f"CodeUri: {archive}"), "utf-8")
    return template


def _sam(config: Config, *arguments: str) -> None:
    environment = config.aws_env()
    environment["PATH"] = f"{PYTHON_BIN}:{environment['PATH']}"
    done = subprocess.run([SAM, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"sam {arguments[0]} failed:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")


def _outputs(config: Config) -> dict[str, str] | None:
    client = aws(config, "cloudformation")
    try:
        stacks = client.describe_stacks(StackName=STACK)["Stacks"]
    except client.exceptions.ClientError:
        return None
    return {o["OutputKey"]: o["OutputValue"] for o in stacks[0].get("Outputs", [])} or None


def _lock_evidence(config: Config, bucket: str, parameters: dict[str, str]) -> None:
    """The emulator's CloudFormation leaves the bucket's Object Lock out; do what the template says."""
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": int(parameters["EvidenceRetentionDays"])}}
    aws(config, "s3").put_object_lock_configuration(
        Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )


# A browser asks for the console's files side by side, and each request beside another needs a worker of its own.
_WARM_PAGES = 6
# Zalo, and whoever plays it, posts events side by side.
_WARM_HOOKS = 4


def warm_up(config: Config) -> None:
    """Start workers of the functions that somebody waits for, with events that ask for nothing."""
    client = aws(config, "lambda")
    request = {
        "version": "2.0",
        "routeKey": "GET /{proxy+}",
        "rawPath": "/icon.svg",
        "rawQueryString": "",
        "headers": {},
        "requestContext": {
            "http": {"method": "GET", "path": "/icon.svg"},
            "stage": "$default",
            "requestId": "warm",
        },
        "isBase64Encoded": False,
    }
    batches = ("conversation", "dispatch", "media", "classification", "lookup", "notification")
    calls = [
        *[("webhook", request)] * _WARM_HOOKS,
        *((name, {"Records": []}) for name in batches),
        *[("staff", request)] * _WARM_PAGES,
    ]

    def start(call: tuple[str, dict[str, Any]]) -> None:
        name, event = call
        client.invoke(FunctionName=f"langnghe-{ENVIRONMENT}-{name}", Payload=json.dumps(event))

    with ThreadPoolExecutor(len(calls)) as pool:
        list(pool.map(start, calls))


def _fingerprint(parameters: dict[str, str]) -> str:
    digest = hashlib.sha256(json.dumps(parameters, sort_keys=True).encode())
    sources = [ROOT / "template.yaml", *sorted((ROOT / "functions").rglob("*"))]
    for path in sources:
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def aws(config: Config, service: str) -> Any:
    """A boto3 client for the emulator."""
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=config.aws_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
