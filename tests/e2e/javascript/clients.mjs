// The AWS SDK for JavaScript, version 3, against one endpoint: what an application does first. Fails by an exception.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";

import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SQSClient,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const [endpoint, Bucket] = process.argv.slice(2);
const settings = {
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  maxAttempts: 1,
};
const s3 = new S3Client({ ...settings, forcePathStyle: true });
const sqs = new SQSClient(settings);
const KEYS = ["a b+c%d.txt", "folder/ünï/日本.txt", "folder//twice", "x&<y>.txt"];

async function read(Key, more = {}) {
  const got = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return Buffer.from(await got.Body.transformToByteArray());
}

async function objects() {
  await s3.send(new CreateBucketCommand({ Bucket }));
  for (const Key of KEYS) {
    const said = { Metadata: { key: encodeURIComponent(Key) }, ContentType: "text/plain" };
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key, ...said }));
    assert.equal((await read(Key)).toString(), Key);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
    assert.equal(head.Metadata.key, encodeURIComponent(Key));
    assert.ok(head.ChecksumCRC32);
  }
  assert.equal((await read(KEYS[0], { Range: "bytes=2-4" })).toString(), KEYS[0].slice(2, 5));
  await assert.rejects(read("none"), NoSuchKey);
}

async function listing() {
  const found = [];
  for await (const page of paginateListObjectsV2({ client: s3, pageSize: 1 }, { Bucket })) {
    found.push(...page.Contents.map((each) => each.Key));
  }
  assert.deepEqual(found.sort(), [...KEYS].sort());
  const top = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: "/" }));
  assert.deepEqual(top.CommonPrefixes, [{ Prefix: "folder/" }]);
}

async function uploads() {
  const body = randomBytes(12 * 1024 * 1024 + 5);
  const streamed = () => Readable.from([body.subarray(0, 7_000_000), body.subarray(7_000_000)]);
  const params = { Bucket, Key: "large", Body: streamed() };
  const done = await new Upload({ client: s3, params, partSize: 5 * 1024 * 1024 }).done();
  assert.match(done.ETag, /-3"$/);
  assert.ok(body.equals(await read("large")));
  const known = { Bucket, Key: "streamed", Body: streamed(), ContentLength: body.length };
  await s3.send(new PutObjectCommand(known));
  assert.ok(body.equals(await read("streamed")));
}

async function presigned() {
  const place = { Bucket, Key: "presigned é+.txt" };
  const put = await getSignedUrl(s3, new PutObjectCommand(place), { expiresIn: 60 });
  assert.equal((await fetch(put, { method: "PUT", body: "by fetch" })).status, 200);
  const wish = { ...place, ResponseContentType: "text/x-homeport" };
  const got = await fetch(await getSignedUrl(s3, new GetObjectCommand(wish), { expiresIn: 60 }));
  assert.equal(await got.text(), "by fetch");
  assert.equal(got.headers.get("content-type"), "text/x-homeport");
}

async function deletion() {
  const Objects = [...KEYS, "large", "streamed", "presigned é+.txt"].map((Key) => ({ Key }));
  const gone = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  assert.equal(gone.Deleted.length, Objects.length);
  assert.equal((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount, 0);
}

async function messages() {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: Bucket }));
  const attributes = { kind: { DataType: "String", StringValue: "tést" } };
  const message = { QueueUrl, MessageBody: "héllo", MessageAttributes: attributes };
  await sqs.send(new SendMessageCommand(message));
  const asked = { QueueUrl, WaitTimeSeconds: 5, MessageAttributeNames: ["All"] };
  const [got] = (await sqs.send(new ReceiveMessageCommand(asked))).Messages;
  assert.equal(got.Body, "héllo");
  assert.equal(got.MessageAttributes.kind.StringValue, "tést");
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: got.ReceiptHandle }));
  const none = new SendMessageCommand({ QueueUrl: `${QueueUrl}-none`, MessageBody: "x" });
  await assert.rejects(sqs.send(none), QueueDoesNotExist);
}

for (const step of [objects, listing, uploads, presigned, deletion, messages]) {
  await step();
  console.log(`${step.name}: ok`);
}
