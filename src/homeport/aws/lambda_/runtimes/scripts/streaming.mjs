// Streamed responses. https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html

import { Writable } from "node:stream";
import { described, fault } from "./errors.mjs";

export const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
const PRELUDE_TYPE = "application/vnd.awslambda.http-integration-response";

export class ResponseStream extends Writable {
  constructor(api, id) {
    super({ highWaterMark: 65536 });
    this.api = api;
    this.where = `/invocation/${id}/response`;
    this.contentType = "application/octet-stream";
    this.prelude = null;
    this.answered = null; // of the request, once it has begun
  }

  setContentType(contentType) {
    if (this.answered !== null) throw fault("Runtime.InvalidStreamingOperation", "Cannot set content-type, too late.");
    this.contentType = contentType;
  }

  begin() {
    if (this.answered !== null) return;
    const headers =
      `Content-Type: ${this.contentType}\r\nTransfer-Encoding: chunked\r\n` +
      "Lambda-Runtime-Function-Response-Mode: streaming\r\n" +
      "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n";
    this.answered = this.api.expect();
    this.answered.catch(() => {}); // looked at by whoever waits for the end
    this.api.socket.write(this.api.head("POST", this.where, headers));
    if (this.prelude !== null) this.chunk(this.prelude);
  }

  chunk(data, done) {
    if (this.api.socket === null) return done?.(new Error("The Runtime API closed the connection."));
    this.api.socket.write(`${data.length.toString(16)}\r\n`);
    this.api.socket.write(data);
    this.api.socket.write("\r\n", done);
  }

  write(piece, ...more) {
    const isData = typeof piece === "string" || piece instanceof Uint8Array;
    return super.write(isData ? piece : JSON.stringify(piece), ...more);
  }

  _write(piece, encoding, done) {
    const data = typeof piece === "string" ? Buffer.from(piece, encoding) : piece;
    this.begin();
    if (data.length === 0) return done(); // an empty chunk would be the end
    this.chunk(data, done);
  }

  _final(done) {
    this.begin();
    this.api.socket?.write("0\r\n\r\n");
    this.answered.then(() => done(), done);
  }

  async fail(error) {
    if (this.answered === null) return this.api.fail(this.where.replace(/response$/, "error"), error);
    const told = described(error);
    const body = Buffer.from(JSON.stringify(told)).toString("base64");
    const trailers =
      `Lambda-Runtime-Function-Error-Type: ${told.errorType}\r\nLambda-Runtime-Function-Error-Body: ${body}\r\n`;
    this.api.socket?.write(`0\r\n${trailers}\r\n`);
    return this.answered;
  }
}

globalThis.awslambda = {
  streamifyResponse(handler, options) {
    handler[STREAMING] = "response";
    if (typeof options?.highWaterMark === "number") handler[Symbol.for("aws.lambda.runtime.handler.streaming.highWaterMark")] = options.highWaterMark;
    return handler;
  },
  HttpResponseStream: {
    from(stream, prelude) {
      stream.setContentType(PRELUDE_TYPE);
      stream.prelude = Buffer.concat([Buffer.from(JSON.stringify(prelude)), Buffer.alloc(8)]);
      return stream;
    },
  },
};
