"""How each client is told where the stack is, ready to copy.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
"""

from __future__ import annotations

from typing import NamedTuple


class Snippet(NamedTuple):
    """One client."""

    title: str
    text: str
    link: str
    """Where its maker says so."""


_CLOUD = (
    Snippet(
        "Shell: every SDK and tool that reads its environment",
        "export AWS_ENDPOINT_URL=@URL@\n"
        "export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test\n"
        "export AWS_DEFAULT_REGION=us-east-1 AWS_REGION=us-east-1\n"
        "export AWS_CA_BUNDLE=$HOME/homeport-ca.crt",
        "https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html",
    ),
    Snippet(
        "~/.aws/config: a profile, used by --profile homeport",
        "[profile homeport]\nregion = us-east-1\nendpoint_url = @URL@\n"
        "aws_access_key_id = test\naws_secret_access_key = test\nca_bundle = ~/homeport-ca.crt",
        "https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html",
    ),
    Snippet(
        "AWS CLI",
        "aws --endpoint-url @URL@ s3 mb s3://my-bucket",
        "https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-endpoints.html",
    ),
    Snippet(
        "Python: boto3",
        "import boto3\n\n"
        's3 = boto3.client(\n    "s3",\n    endpoint_url="@URL@",\n    region_name="us-east-1",\n'
        '    aws_access_key_id="test",\n    aws_secret_access_key="test",\n)',
        "https://boto3.amazonaws.com/v1/documentation/api/latest/reference/core/session.html",
    ),
    Snippet(
        "JavaScript: AWS SDK v3",
        'import { S3Client } from "@aws-sdk/client-s3";\n\n'
        'const s3 = new S3Client({\n  endpoint: "@URL@",\n  region: "us-east-1",\n  forcePathStyle: true,\n'
        '  credentials: { accessKeyId: "test", secretAccessKey: "test" },\n});\n'
        "// Node.js trusts the CA by NODE_EXTRA_CA_CERTS=homeport-ca.crt",
        "https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/setting-credentials.html",
    ),
    Snippet(
        "Java: AWS SDK 2",
        "S3Client s3 = S3Client.builder()\n"
        '    .endpointOverride(URI.create("@URL@"))\n    .region(Region.US_EAST_1)\n    .forcePathStyle(true)\n'
        '    .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))\n'
        "    .build();",
        "https://docs.aws.amazon.com/sdk-for-java/latest/developer-guide/endpoint-config.html",
    ),
    Snippet(
        "Go: AWS SDK v2",
        'cfg, err := config.LoadDefaultConfig(ctx,\n    config.WithRegion("us-east-1"),\n    config.WithBaseEndpoint("@URL@"),\n'
        '    config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("test", "test", "")))\n'
        "client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })",
        "https://docs.aws.amazon.com/sdk-for-go/v2/developer-guide/configure-endpoints.html",
    ),
    Snippet(
        ".NET: AWSSDK 4",
        'var s3 = new AmazonS3Client("test", "test", new AmazonS3Config\n{\n    ServiceURL = "@URL@",\n'
        '    AuthenticationRegion = "us-east-1",\n    ForcePathStyle = true,\n});',
        "https://docs.aws.amazon.com/sdk-for-net/v4/developer-guide/csharp-endpoints.html",
    ),
    Snippet(
        "Rust: aws-sdk",
        'let config = aws_config::defaults(BehaviorVersion::latest())\n    .endpoint_url("@URL@")\n    .region("us-east-1")\n    .test_credentials()\n'
        "    .load()\n    .await;\nlet s3 = aws_sdk_s3::Client::from_conf(\n"
        "    aws_sdk_s3::config::Builder::from(&config).force_path_style(true).build());",
        "https://docs.aws.amazon.com/sdk-for-rust/latest/dg/endpoints.html",
    ),
    Snippet(
        "PHP: AWS SDK 3",
        "$s3 = new Aws\\S3\\S3Client([\n    'endpoint' => '@URL@',\n    'region' => 'us-east-1',\n    'use_path_style_endpoint' => true,\n"
        "    'credentials' => ['key' => 'test', 'secret' => 'test'],\n]);",
        "https://docs.aws.amazon.com/sdk-for-php/v3/developer-guide/guide_configuration.html",
    ),
    Snippet(
        "Ruby: AWS SDK 3",
        's3 = Aws::S3::Client.new(\n  endpoint: "@URL@",\n  region: "us-east-1",\n  force_path_style: true,\n'
        '  access_key_id: "test",\n  secret_access_key: "test"\n)',
        "https://docs.aws.amazon.com/sdk-for-ruby/v3/developer-guide/setup-config.html",
    ),
    Snippet(
        "Terraform and OpenTofu",
        'provider "aws" {\n  region                      = "us-east-1"\n  access_key                  = "test"\n'
        '  secret_key                  = "test"\n  s3_use_path_style           = true\n  skip_credentials_validation = true\n'
        "  skip_requesting_account_id  = true\n\n  endpoints {\n"
        '    dynamodb = "@URL@"\n    lambda   = "@URL@"\n    s3       = "@URL@"\n'
        '    sns      = "@URL@"\n    sqs      = "@URL@"\n  }\n}',
        "https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/guides/custom-service-endpoints.html.markdown",
    ),
)

_REGISTRY = (
    Snippet(
        "docker",
        "sudo install -D homeport-ca.crt /etc/docker/certs.d/@HOST@/ca.crt\n"
        "docker login @HOST@ -u @USER@\n"
        "docker tag my-image @HOST@/my-image:1.0\ndocker push @HOST@/my-image:1.0",
        "https://docs.docker.com/engine/security/certificates/",
    ),
    Snippet(
        "podman, buildah, skopeo",
        "sudo install -D homeport-ca.crt /etc/containers/certs.d/@HOST@/ca.crt\n"
        "podman login @HOST@ -u @USER@\npodman push my-image @HOST@/my-image:1.0\n"
        "skopeo copy docker://docker.io/library/alpine docker://@HOST@/library/alpine",
        "https://github.com/containers/image/blob/main/docs/containers-certs.d.5.md",
    ),
    Snippet(
        "containerd: /etc/containerd/certs.d/@HOST@/hosts.toml",
        'server = "https://@HOST@"\n\n[host."https://@HOST@"]\n  ca = "/etc/containerd/certs.d/@HOST@/ca.crt"',
        "https://github.com/containerd/containerd/blob/main/docs/hosts.md",
    ),
    Snippet(
        "K3s: /etc/rancher/k3s/registries.yaml",
        'configs:\n  "@HOST@":\n    auth:\n      username: @USER@\n      password: PASSWORD\n    tls:\n'
        "      ca_file: /etc/rancher/k3s/homeport-ca.crt",
        "https://docs.k3s.io/installation/private-registry",
    ),
    Snippet(
        "Kubernetes: a secret to pull with",
        "kubectl create secret docker-registry homeport --docker-server=@HOST@ \\\n"
        "  --docker-username=@USER@ --docker-password=PASSWORD",
        "https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/",
    ),
    Snippet(
        "helm and oras",
        "helm registry login @HOST@ -u @USER@ --ca-file homeport-ca.crt\n"
        "helm push my-chart-1.0.0.tgz oci://@HOST@/charts --ca-file homeport-ca.crt\n"
        "oras push --ca-file homeport-ca.crt @HOST@/artifacts/notes:1 notes.txt",
        "https://helm.sh/docs/topics/registries/",
    ),
)


def of_cloud(url: str) -> tuple[Snippet, ...]:
    """Those of the local AWS at an address. What is about the CA is left out where there is none to trust."""
    made = (_filled(each, {"@URL@": url}) for each in _CLOUD)
    return tuple(made if url.startswith("https:") else map(_without_ca, made))


def of_registry(host: str, user: str) -> tuple[Snippet, ...]:
    """Those of the registry."""
    return tuple(_filled(each, {"@HOST@": host, "@USER@": user}) for each in _REGISTRY)


def _filled(snippet: Snippet, values: dict[str, str]) -> Snippet:
    title, text = snippet.title, snippet.text
    for mark, value in values.items():
        title, text = title.replace(mark, value), text.replace(mark, value)
    return snippet._replace(title=title, text=text)


def _without_ca(snippet: Snippet) -> Snippet:
    lines = [line for line in snippet.text.split("\n") if "homeport-ca.crt" not in line]
    return snippet._replace(text="\n".join(lines))
