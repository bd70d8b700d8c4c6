// Errors, as AWS tells them. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html

import { types } from "node:util";

export function fault(name, message) {
  class Fault extends Error {}
  Object.defineProperty(Fault.prototype, "name", { value: name }); // so that its stack begins with it
  const error = new Fault(message);
  Error.captureStackTrace(error, fault); // which is none of its frames
  return error;
}

function isError(value) {
  if (types.isNativeError(value)) return true; // that of another realm too
  return ["name", "message", "stack"].every((name) => typeof value?.[name] === "string" && value[name] !== "");
}

export function described(error) {
  try {
    if (!isError(error)) return { errorType: typeof error, errorMessage: error.toString(), trace: [] };
    const { name, message, stack } = error;
    const plain = (text) => text?.replaceAll("\x7F", "%7F");
    return { errorType: plain(name), errorMessage: plain(message), trace: plain(stack).split("\n") };
  } catch {
    const text =
      "callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack";
    return { errorType: "handled", errorMessage: text };
  }
}

function withFields(_name, value) {
  if (!(value instanceof Error)) return value;
  const shown = { errorType: value.name, errorMessage: value.message, code: value.code, ...value };
  if (typeof value.stack === "string") shown.stack = value.stack.split("\n");
  return shown;
}

export function formatted(error) {
  try {
    return "\t" + JSON.stringify(error, withFields);
  } catch {
    return "\t" + JSON.stringify(described(error)); // it holds something that JSON cannot
  }
}
