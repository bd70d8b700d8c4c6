// The document client of the AWS SDK for JavaScript, version 3, against one endpoint. Fails by an exception.
import assert from "node:assert/strict";

import { DynamoDBStreamsClient, ListStreamsCommand } from "@aws-sdk/client-dynamodb-streams";
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DynamoDBClient,
  TransactionCanceledException,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import {
  BatchWriteCommand,
  DynamoDBDocumentClient,
  ExecuteStatementCommand,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
  paginateQuery,
  paginateScan,
} from "@aws-sdk/lib-dynamodb";

const [endpoint, TableName] = process.argv.slice(2);
const settings = {
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  maxAttempts: 1,
};
const client = new DynamoDBClient(settings);
const documents = DynamoDBDocumentClient.from(client, {
  marshallOptions: { removeUndefinedValues: true },
});

async function all(pages) {
  const items = [];
  for await (const page of pages) items.push(...page.Items);
  return items;
}

async function tables() {
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "at", AttributeType: "N" },
      ],
      KeySchema: [
        { AttributeName: "id", KeyType: "HASH" },
        { AttributeName: "at", KeyType: "RANGE" },
      ],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60 }, { TableName });
}

async function items() {
  const Item = { id: "a", at: 1, list: [1, "x", null, true], map: { deep: { er: 1.5 } }, set: new Set(["x", "y"]) };
  await documents.send(new PutCommand({ TableName, Item }));
  const got = await documents.send(new GetCommand({ TableName, Key: { id: "a", at: 1 } }));
  assert.deepEqual(got.Item, Item);
  const updated = await documents.send(
    new UpdateCommand({
      TableName,
      Key: { id: "a", at: 1 },
      UpdateExpression: "SET #m.deep.er = #m.deep.er + :x REMOVE #l[0]",
      ExpressionAttributeNames: { "#m": "map", "#l": "list" },
      ExpressionAttributeValues: { ":x": 1 },
      ReturnValues: "ALL_NEW",
    }),
  );
  assert.equal(updated.Attributes.map.deep.er, 2.5);
  assert.deepEqual(updated.Attributes.list, ["x", null, true]);
  const twice = new PutCommand({ TableName, Item, ConditionExpression: "attribute_not_exists(id)" });
  await assert.rejects(documents.send(twice), ConditionalCheckFailedException);
}

async function paging() {
  const put = (at) => ({ PutRequest: { Item: { id: "page", at, even: at % 2 === 0 } } });
  for (const start of [0, 25]) {
    const requests = Array.from({ length: 25 }, (_, number) => put(start + number));
    await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: requests } }));
  }
  const found = await all(
    paginateQuery(
      { client: documents, pageSize: 7 },
      {
        TableName,
        KeyConditionExpression: "id = :id AND #at >= :low",
        FilterExpression: "even = :even",
        ExpressionAttributeNames: { "#at": "at" },
        ExpressionAttributeValues: { ":id": "page", ":low": 10, ":even": true },
      },
    ),
  );
  assert.deepEqual(found.map((item) => item.at), Array.from({ length: 20 }, (_, number) => 10 + 2 * number));
  assert.equal((await all(paginateScan({ client: documents, pageSize: 9 }, { TableName }))).length, 51);
}

async function transactions() {
  const Put = { TableName, Item: { id: "t", at: 1 } };
  await documents.send(new TransactWriteCommand({ TransactItems: [{ Put }] }));
  const ConditionCheck = { TableName, Key: { id: "t", at: 2 }, ConditionExpression: "attribute_exists(id)" };
  const failing = new TransactWriteCommand({
    TransactItems: [{ Put: { TableName, Item: { id: "t", at: 3 } } }, { ConditionCheck }],
  });
  await assert.rejects(documents.send(failing), (error) => {
    assert.ok(error instanceof TransactionCanceledException);
    assert.deepEqual(error.CancellationReasons.map((reason) => reason.Code), ["None", "ConditionalCheckFailed"]);
    return true;
  });
  const got = await documents.send(new GetCommand({ TableName, Key: { id: "t", at: 3 } }));
  assert.equal(got.Item, undefined);
}

async function statements() {
  const said = await documents.send(
    new ExecuteStatementCommand({
      Statement: `SELECT * FROM "${TableName}" WHERE id = ? AND "at" BETWEEN ? AND ?`,
      Parameters: ["page", 3, 5],
    }),
  );
  assert.deepEqual(said.Items.map((item) => item.at), [3, 4, 5]);
}

async function streams() {
  const listed = await new DynamoDBStreamsClient(settings).send(new ListStreamsCommand({ TableName }));
  assert.equal(listed.Streams.length, 1);
}

for (const step of [tables, items, paging, transactions, statements, streams]) {
  await step();
  console.log(`${step.name}: ok`);
}
