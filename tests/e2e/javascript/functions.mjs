// The clients of Lambda and SNS of the AWS SDK for JavaScript, version 3, against one endpoint. Fails by an exception.
import assert from "node:assert/strict";
import zlib from "node:zlib";

import {
  CreateAliasCommand,
  CreateFunctionCommand,
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  LambdaClient,
  PublishVersionCommand,
  ResourceNotFoundException,
  paginateListFunctions,
  waitUntilFunctionActiveV2,
} from "@aws-sdk/client-lambda";
import {
  CreateTopicCommand,
  NotFoundException,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

const [endpoint, name] = process.argv.slice(2);
const settings = {
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  maxAttempts: 1,
};
const lambda = new LambdaClient(settings);
const sns = new SNSClient(settings);
const sqs = new SQSClient(settings);
const streamed = `${name}-streamed`;

// A zip of one file, stored: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
function zip(file, text) {
  const data = Buffer.from(text);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt32LE(zlib.crc32(data), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(data.length, 18);
  common.writeUInt16LE(file.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(file), data]);
  const central = Buffer.concat([
    Buffer.from("PK\x01\x02\x14\x00"), common, Buffer.alloc(14), Buffer.from(file),
  ]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

async function create(FunctionName, text) {
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: "nodejs20.x",
      Handler: "index.handler",
      Role: "arn:aws:iam::000000000000:role/functions",
      Code: { ZipFile: zip("index.mjs", text) },
    }),
  );
  await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 60 }, { FunctionName });
}

async function functions() {
  const code = "export const handler = async (event, context) => ({ event, version: context.functionVersion });";
  await create(name, code);
  await lambda.send(new PublishVersionCommand({ FunctionName: name }));
  await lambda.send(new CreateAliasCommand({ FunctionName: name, Name: "live", FunctionVersion: "1" }));
  const names = [];
  for await (const page of paginateListFunctions({ client: lambda, pageSize: 1 }, {})) {
    names.push(...page.Functions.map((each) => each.FunctionName));
  }
  assert.ok(names.includes(name));
  const missing = new InvokeCommand({ FunctionName: `${name}-missing` });
  await assert.rejects(lambda.send(missing), ResourceNotFoundException);
}

async function invocations() {
  const command = { FunctionName: name, Qualifier: "live", Payload: JSON.stringify({ a: "ä" }), LogType: "Tail" };
  const answer = await lambda.send(new InvokeCommand(command));
  assert.deepEqual(JSON.parse(answer.Payload.transformToString()), { event: { a: "ä" }, version: "1" });
  assert.match(Buffer.from(answer.LogResult, "base64").toString(), /REPORT RequestId: /);
  const event = await lambda.send(new InvokeCommand({ FunctionName: name, InvocationType: "Event" }));
  assert.equal(event.StatusCode, 202);
}

async function streaming() {
  const code = `
    export const handler = awslambda.streamifyResponse(async (event, stream) => {
      for (const part of ["a", "b", "c"]) {
        stream.write(part);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      stream.end();
    });`;
  await create(streamed, code);
  const answer = await lambda.send(new InvokeWithResponseStreamCommand({ FunctionName: streamed }));
  const parts = [];
  let complete = false;
  for await (const event of answer.EventStream) {
    if (event.PayloadChunk) parts.push(Buffer.from(event.PayloadChunk.Payload));
    if (event.InvokeComplete) complete = true;
  }
  assert.equal(Buffer.concat(parts).toString(), "abc");
  assert.ok(complete);
}

async function topics() {
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: name }));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const Endpoint = `arn:aws:sqs:us-east-1:000000000000:${name}`;
  const Attributes = { RawMessageDelivery: "true", FilterPolicy: JSON.stringify({ n: [{ numeric: [">", 1] }] }) };
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint, Attributes }));
  const numbered = (n) => ({ n: { DataType: "Number", StringValue: String(n) } });
  const entries = [1, 2, 3].map((n) => ({ Id: `id${n}`, Message: `m${n}`, MessageAttributes: numbered(n) }));
  const sent = await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: entries }));
  assert.equal(sent.Successful.length, 3);
  const bodies = new Set();
  while (bodies.size < 2) {
    const got = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, MaxNumberOfMessages: 10 }));
    for (const { Body } of got.Messages ?? []) bodies.add(Body);
  }
  assert.deepEqual([...bodies].sort(), ["m2", "m3"]);
  const lost = new PublishCommand({ TopicArn: `${TopicArn}-missing`, Message: "lost" });
  await assert.rejects(sns.send(lost), NotFoundException);
}

for (const step of [functions, invocations, streaming, topics]) {
  await step();
  console.log(`${step.name}: ok`);
}
