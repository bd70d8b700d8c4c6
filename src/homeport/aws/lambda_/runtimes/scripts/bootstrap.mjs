// Node's side of the Runtime API, inside of an environment: Node 18 and later, no packages.
//
// Texts, names and forms are those that functions see on AWS: https://github.com/aws/aws-lambda-nodejs-runtime-interface-client

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

import { described, fault, formatted } from "./errors.mjs";
import { ResponseStream, STREAMING } from "./streaming.mjs";

const API = "/2018-06-01/runtime";

let requestId; // of the invocation that runs

// The Runtime API over one kept connection. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

class Api {
  constructor(address) {
    this.address = address;
    const colon = address.lastIndexOf(":");
    this.peer = { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
    this.socket = null;
    this.answer = null;
  }

  next() {
    return this.ask("GET", "/invocation/next");
  }

  respond(id, body) {
    return this.ask("POST", `/invocation/${id}/response`, body, "Content-Type: application/json\r\n");
  }

  fail(where, error) {
    const told = described(error);
    const headers = "Content-Type: application/json\r\n" + `Lambda-Runtime-Function-Error-Type: ${told.errorType}\r\n`;
    return this.ask("POST", where, JSON.stringify(told), headers);
  }

  async ask(method, where, body, headers = "") {
    const content = body === undefined ? Buffer.alloc(0) : Buffer.from(body);
    const length = method === "POST" ? `Content-Length: ${content.length}\r\n` : "";
    const request = Buffer.concat([this.head(method, where, headers + length), content]);
    const isKept = this.socket !== null;
    try {
      return await this.exchange(request);
    } catch (error) {
      if (!isKept) throw error;
      return this.exchange(request); // the connection was ended while nobody spoke; once more on a new one
    }
  }

  head(method, where, headers) {
    return Buffer.from(`${method} ${API}${where} HTTP/1.1\r\nHost: ${this.address}\r\n${headers}\r\n`);
  }

  exchange(request) {
    const answered = this.expect();
    this.socket.write(request);
    return answered;
  }

  expect() {
    this.socket ??= this.connect();
    this.socket.ref(); // whoever waits for an answer is not idle; a function that runs may be
    return new Promise((resolve, reject) => {
      this.answer = { resolve, reject, pieces: [], size: 0, wanted: -1 };
    });
  }

  connect() {
    const socket = net.connect({ ...this.peer, noDelay: true });
    const lost = (error) => {
      if (this.socket === socket) this.socket = null;
      const answer = this.answer;
      this.answer = null;
      answer?.reject(error ?? new Error("The Runtime API closed the connection."));
    };
    socket.on("data", (piece) => this.take(piece));
    socket.on("error", lost);
    socket.on("close", () => lost());
    return socket;
  }

  take(piece) {
    const answer = this.answer;
    if (answer === null) return;
    answer.pieces.push(piece);
    answer.size += piece.length;
    if (answer.wanted < 0) {
      const data = Buffer.concat(answer.pieces);
      const end = data.indexOf("\r\n\r\n");
      answer.pieces = [data];
      if (end < 0) return;
      answer.headers = fields(data.subarray(0, end).toString());
      answer.wanted = end + 4 + Number(answer.headers["content-length"] ?? 0);
      answer.begin = end + 4;
    }
    if (answer.size < answer.wanted) return;
    this.answer = null;
    this.socket.unref();
    answer.resolve({ headers: answer.headers, body: Buffer.concat(answer.pieces).subarray(answer.begin) });
  }
}

function fields(head) {
  const found = {};
  for (const line of head.split("\r\n").slice(1)) {
    const colon = line.indexOf(":");
    found[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return found;
}

// Errors

function logError(what, error) {
  const known = error instanceof Error ? error : new Error(error);
  if (logsJson) console.error(known);
  else console.error(what, formatted(known));
}

// The log. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html

const LEVELS = { trace: "TRACE", debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR" };
const ORDER = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

const logsJson = (process.env.AWS_LAMBDA_LOG_FORMAT ?? "").toUpperCase() === "JSON";

function setUpConsole() {
  const lowest = ORDER.indexOf((process.env.AWS_LAMBDA_LOG_LEVEL ?? "").toUpperCase());
  for (const [method, level] of [...Object.entries(LEVELS), ["fatal", "FATAL"]]) {
    const isShown = level === "FATAL" || ORDER.indexOf(level) >= lowest;
    console[method] = (...parts) => {
      if (isShown) process.stdout.write((logsJson ? jsonLine : textLine)(level, parts) + "\n");
    };
  }
}

function textLine(level, parts) {
  return `${new Date().toISOString()}\t${requestId}\t${level}\t${format(...parts)}`;
}

function jsonLine(level, parts) {
  const line = { timestamp: new Date().toISOString(), level, requestId };
  if (parts.length > 1) {
    const failed = parts.find((part) => part instanceof Error);
    return JSON.stringify({ ...line, message: format(...parts), ...(failed && traced(failed)) });
  }
  try {
    const withErrors = (_name, value) => (value instanceof Error ? { ...traced(value), ...value } : value);
    return JSON.stringify({ ...line, message: parts[0] }, withErrors);
  } catch {
    return JSON.stringify({ ...line, message: format(parts[0]) }); // it holds something that JSON cannot
  }
}

function traced(error) {
  const stackTrace = typeof error.stack === "string" ? error.stack.split("\n") : error.stack;
  return { errorType: error.constructor?.name ?? "UnknownError", errorMessage: error.message, stackTrace };
}

// The handler. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html

async function loaded(root, handler) {
  if (handler.includes("..")) {
    const text = `'${handler}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`;
    throw fault("Runtime.MalformedHandlerName", text);
  }
  const file = path.basename(handler);
  const dot = file.indexOf(".");
  if (dot < 0) throw fault("Runtime.MalformedHandlerName", "Bad handler");
  const folder = handler.slice(0, handler.length - file.length);
  const module = await imported(root, folder + file.slice(0, dot));
  const found = file.slice(dot + 1).split(".").reduce((held, name) => held?.[name], module);
  if (!found) {
    throw fault("Runtime.HandlerNotFound", `${handler} is undefined or not exported`);
  }
  if (typeof found !== "function") throw fault("Runtime.HandlerNotFound", `${handler} is not a function`);
  return found;
}

async function imported(root, name) {
  const base = path.resolve(root, name);
  const require = createRequire(path.join(root, "noop.js"));
  try {
    if (existsSync(base)) return require(base);
    if (existsSync(`${base}.js`)) {
      return isModule(base) ? await import(pathToFileURL(`${base}.js`)) : require(`${base}.js`);
    }
    if (existsSync(`${base}.mjs`)) return await import(pathToFileURL(`${base}.mjs`));
    if (existsSync(`${base}.cjs`)) return require(`${base}.cjs`);
    return require(require.resolve(name, { paths: [root, import.meta.dirname ?? "/var/runtime"] }));
  } catch (error) {
    if (error instanceof SyntaxError) throw fault("Runtime.UserCodeSyntaxError", String(error));
    if (error?.code === "MODULE_NOT_FOUND") throw fault("Runtime.ImportModuleError", String(error));
    throw error;
  }
}

function isModule(base) {
  let folder = path.dirname(base);
  while (path.basename(folder) !== "node_modules") {
    const manifest = path.join(folder, "package.json");
    if (existsSync(manifest)) return isOfModules(manifest);
    if (path.dirname(folder) === folder) break;
    folder = path.dirname(folder);
  }
  return false;
}

function isOfModules(manifest) {
  try {
    return JSON.parse(readFileSync(manifest, "utf8"))?.type === "module";
  } catch (error) {
    console.warn(`${manifest} cannot be read, it will be ignored for ES module detection purposes.`, error);
    return false;
  }
}

// One invocation

function contextOf(headers) {
  const { env } = process;
  const parsed = (name, what) => {
    try {
      return headers[name] ? JSON.parse(headers[name]) : undefined;
    } catch (error) {
      throw new Error(`Cannot parse ${what} as json: ${error}`);
    }
  };
  const deadline = Number(headers["lambda-runtime-deadline-ms"] ?? 0);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parsed("lambda-runtime-client-context", "ClientContext"),
    identity: parsed("lambda-runtime-cognito-identity", "CognitoIdentity"),
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    tenantId: headers["lambda-runtime-aws-tenant-id"],
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

let onIdle = null; // what is still to be done when nothing else is

const UNSETTLED =
  "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was " +
  "never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes";

// Settles with what the handler gives: by a promise, by its callback, or by nothing more to do.
function called(handler, event, context) {
  return new Promise((resolve, reject) => {
    const done = (error, value) => (error === null || error === undefined ? resolve(value) : reject(error));
    const callback = (error, value) => {
      const isAnswer = error === null || error === undefined;
      if (isAnswer && context.callbackWaitsForEmptyEventLoop) onIdle = () => resolve(value);
      else done(error, value);
    };
    context.done = done;
    context.succeed = resolve;
    context.fail = (error) => reject(error ?? "handled");
    const isAsync = handler.constructor?.name === "AsyncFunction";
    onIdle = () => (isAsync ? reject(fault("Runtime.NodeJsExit", UNSETTLED)) : resolve(null));
    const given = handler(event, context, callback);
    if (typeof given?.then === "function") given.then(resolve, context.fail);
  }).finally(() => (onIdle = null));
}

async function runOne(api, handler) {
  const { headers, body } = await api.next();
  requestId = headers["lambda-runtime-aws-request-id"];
  if (headers["lambda-runtime-trace-id"]) process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
  else delete process.env._X_AMZN_TRACE_ID;
  failing = `/invocation/${requestId}/error`;
  if (handler[STREAMING] !== undefined) return runStreaming(api, handler, headers, body);
  let answer;
  try {
    const event = JSON.parse(body.toString());
    answer = serialized(await called(handler, event, contextOf(headers)));
  } catch (error) {
    logError("Invoke Error", error);
    return api.fail(failing, error);
  }
  return api.respond(requestId, answer);
}

async function runStreaming(api, handler, headers, body) {
  const stream = new ResponseStream(api, requestId);
  const finished = new Promise((resolve, reject) => stream.once("finish", resolve).once("error", reject));
  finished.catch(() => {}); // looked at below
  try {
    onIdle = () => stream.end();
    const given = handler(JSON.parse(body.toString()), stream, contextOf(headers));
    if (typeof given?.then !== "function") throw "Streaming does not support non-async handlers.";
    if ((await given) !== undefined) console.warn("Streaming handlers ignore return values.");
    await finished;
  } catch (error) {
    logError("Invoke Error", error);
    await stream.fail(error);
  } finally {
    onIdle = null;
  }
}

function serialized(value) {
  try {
    return JSON.stringify(value === undefined ? null : value) ?? "null";
  } catch {
    throw new Error("Unable to stringify response body");
  }
}

// The life of an environment

let failing = "/init/error"; // where an error is told that nobody catches

function setUpErrors(address) {
  const end = (status, text) => (error) => {
    logError(text, error);
    const api = new Api(address); // the kept connection may be in the middle of something
    const over = () => process.exit(status);
    api.fail(failing, error).then(over, over);
  };
  const uncaught = end(129, "Uncaught Exception");
  const rejected = end(128, "Unhandled Promise Rejection");
  process.on("uncaughtException", uncaught);
  process.on("unhandledRejection", (reason, promise) => {
    rejected(Object.assign(fault("Runtime.UnhandledPromiseRejection", reason), { reason, promise }));
  });
  process.on("beforeExit", () => {
    const act = onIdle;
    onIdle = null;
    act?.();
  });
  return uncaught;
}

async function main() {
  const address = process.env.AWS_LAMBDA_RUNTIME_API;
  setUpConsole();
  const uncaught = setUpErrors(address);
  let handler;
  try {
    handler = await loaded(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
  } catch (error) {
    return uncaught(error);
  }
  const api = new Api(address);
  for (;;) await runOne(api, handler);
}

main();
