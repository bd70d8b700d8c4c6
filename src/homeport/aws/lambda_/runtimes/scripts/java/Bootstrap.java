import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Java's side of the Runtime API, inside of an environment: Java 11 and later, the class library alone.
 * The interfaces of AWS come with the function, so they are met by reflection.
 * https://docs.aws.amazon.com/lambda/latest/dg/java-handler.html
 */
public final class Bootstrap {
    private static final String AWS = "com.amazonaws.services.lambda.runtime.";

    private Bootstrap() {}

    /** The Runtime API over one kept connection. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
    static final class Api {
        private final String address;
        private Socket socket;

        Api(String address) {
            this.address = address;
        }

        Answer next() throws IOException {
            return ask("GET", "/invocation/next", new byte[0], "");
        }

        void respond(String id, byte[] body) throws IOException {
            ask("POST", "/invocation/" + id + "/response", body, "Content-Type: application/json\r\n");
        }

        void fail(String path, Throwable error) throws IOException {
            String type = "Lambda-Runtime-Function-Error-Type: " + error.getClass().getName() + "\r\n";
            byte[] body = Json.written(described(error)).getBytes(StandardCharsets.UTF_8);
            ask("POST", path, body, "Content-Type: application/json\r\n" + type);
        }

        private Answer ask(String method, String path, byte[] body, String headers) throws IOException {
            String head = method + " /2018-06-01/runtime" + path + " HTTP/1.1\r\nHost: " + address + "\r\n" + headers;
            if (method.equals("POST")) head += "Content-Length: " + body.length + "\r\n";
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.write((head + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            request.write(body);
            if (socket != null) {
                try {
                    return exchange(request);
                } catch (IOException error) {
                    socket.close(); // the connection was ended while nobody spoke; once more on a new one
                }
            }
            int colon = address.lastIndexOf(':');
            socket = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
            socket.setTcpNoDelay(true);
            return exchange(request);
        }

        private Answer exchange(ByteArrayOutputStream request) throws IOException {
            request.writeTo(socket.getOutputStream());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] piece = new byte[65_536];
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            int end;
            while ((end = endOfHead(got.toByteArray())) < 0) {
                int size = in.read(piece);
                if (size < 0) throw new IOException("The Runtime API closed the connection.");
                got.write(piece, 0, size);
            }
            Answer answer = new Answer(new String(got.toByteArray(), 0, end, StandardCharsets.UTF_8));
            byte[] body = new byte[Integer.parseInt(answer.headers.getOrDefault("content-length", "0"))];
            byte[] all = got.toByteArray();
            int there = all.length - end - 4;
            System.arraycopy(all, end + 4, body, 0, there);
            in.readFully(body, there, body.length - there);
            answer.body = body;
            return answer;
        }

        private static int endOfHead(byte[] data) {
            for (int i = 0; i + 3 < data.length; i++) {
                if (data[i] == '\r' && data[i + 1] == '\n' && data[i + 2] == '\r' && data[i + 3] == '\n') return i;
            }
            return -1;
        }
    }

    static final class Answer {
        final Map<String, String> headers = new HashMap<>();
        byte[] body;

        Answer(String head) {
            String[] lines = head.split("\r\n");
            for (String line : Arrays.asList(lines).subList(1, lines.length)) {
                int colon = line.indexOf(':');
                headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
            }
        }

        String get(String name) {
            return headers.get("lambda-runtime-" + name);
        }
    }

    /** An error as AWS posts it. https://docs.aws.amazon.com/lambda/latest/dg/java-exceptions.html */
    static Map<String, Object> described(Throwable error) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("errorMessage", error.getMessage());
        told.put("errorType", error.getClass().getName());
        List<String> trace = new ArrayList<>();
        for (StackTraceElement frame : error.getStackTrace()) {
            if (frame.getClassName().startsWith("Bootstrap") || frame.getClassName().contains("reflect.")) break;
            trace.add(frame.toString());
        }
        told.put("stackTrace", trace);
        if (error.getCause() != null && error.getCause() != error) told.put("cause", described(error.getCause()));
        return told;
    }

    /** A method of the function, with the object it belongs to. */
    static final class Handler {
        private final Object owner;
        private final Method method;
        private final List<Type> parameters;

        Handler(String name) throws ReflectiveOperationException {
            int colons = name.indexOf("::");
            String owning = colons < 0 ? name : name.substring(0, colons);
            String called = colons < 0 ? "handleRequest" : name.substring(colons + 2);
            Class<?> type;
            try {
                type = Class.forName(owning);
            } catch (ClassNotFoundException error) {
                throw new ClassNotFoundException("Class not found: " + owning);
            }
            method = Arrays.stream(type.getMethods())
                .filter(each -> each.getName().equals(called) && !each.isBridge())
                .max(Comparator.comparingInt(Method::getParameterCount))
                .orElseThrow(() -> new NoSuchMethodException(
                    "No public method named " + called + " with appropriate method signature found on class " + owning));
            method.setAccessible(true);
            parameters = Arrays.asList(method.getGenericParameterTypes());
            owner = Modifier.isStatic(method.getModifiers()) ? null : type.getDeclaredConstructor().newInstance();
        }

        byte[] call(Answer invocation) throws Throwable {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            List<Object> given = new ArrayList<>();
            for (Type parameter : parameters) given.add(argument(parameter, invocation, out));
            try {
                Object result = method.invoke(owner, given.toArray());
                if (parameters.contains(OutputStream.class)) return out.toByteArray();
                return Json.written(Beans.plain(result)).getBytes(StandardCharsets.UTF_8);
            } catch (InvocationTargetException error) {
                throw error.getCause();
            }
        }

        private Object argument(Type wanted, Answer invocation, OutputStream out) throws ReflectiveOperationException {
            if (wanted == InputStream.class) return new ByteArrayInputStream(invocation.body);
            if (wanted == OutputStream.class) return out;
            if (wanted.getTypeName().equals(AWS + "Context")) return context((Class<?>) wanted, invocation);
            return Beans.made(Json.parsed(new String(invocation.body, StandardCharsets.UTF_8)), wanted);
        }
    }

    /** What a handler gets beside its event. https://docs.aws.amazon.com/lambda/latest/dg/java-context.html */
    static Object context(Class<?> type, Answer invocation) {
        Map<String, String> env = System.getenv();
        Map<String, Object> told = new HashMap<>();
        told.put("getAwsRequestId", invocation.get("aws-request-id"));
        told.put("getInvokedFunctionArn", invocation.get("invoked-function-arn"));
        told.put("getTenantId", invocation.get("aws-tenant-id"));
        told.put("getFunctionName", env.get("AWS_LAMBDA_FUNCTION_NAME"));
        told.put("getFunctionVersion", env.get("AWS_LAMBDA_FUNCTION_VERSION"));
        told.put("getLogGroupName", env.get("AWS_LAMBDA_LOG_GROUP_NAME"));
        told.put("getLogStreamName", env.get("AWS_LAMBDA_LOG_STREAM_NAME"));
        told.put("getMemoryLimitInMB", Integer.valueOf(env.getOrDefault("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")));
        long deadline = Long.parseLong(invocation.headers.getOrDefault("lambda-runtime-deadline-ms", "0"));
        return answering(type, (method, given) -> {
            switch (method.getName()) {
                case "getRemainingTimeInMillis": return (int) Math.max(0, deadline - System.currentTimeMillis());
                case "getLogger": return logger(method.getReturnType());
                case "getIdentity": return parts(method.getReturnType(), invocation.get("cognito-identity"));
                case "getClientContext": return parts(method.getReturnType(), invocation.get("client-context"));
                default: return told.get(method.getName());
            }
        });
    }

    private static Object logger(Class<?> type) {
        return answering(type, (method, given) -> {
            byte[] text = given[0] instanceof byte[]
                ? (byte[]) given[0]
                : String.valueOf(given[0]).getBytes(StandardCharsets.UTF_8);
            System.out.write(text, 0, text.length);
            System.out.flush();
            return null;
        });
    }

    /** The parts of a JSON object by getters of an interface, `getAppTitle` for `app_title` and `appTitle`. */
    private static Object parts(Class<?> type, String text) {
        return text == null ? null : parts(type, (Map<?, ?>) Json.parsed(text));
    }

    private static Object parts(Class<?> type, Map<?, ?> told) {
        return answering(type, (method, given) -> {
            for (Map.Entry<?, ?> entry : told.entrySet()) {
                String name = entry.getKey().toString().replace("_", "");
                boolean isFor = method.getName().equalsIgnoreCase("get" + name)
                    || method.getName().equals("getEnvironment") && name.equals("env")
                    || method.getName().equals("getIdentityId") && name.equals("cognitoIdentityId")
                    || method.getName().equals("getIdentityPoolId") && name.equals("cognitoIdentityPoolId");
                if (!isFor) continue;
                boolean isPart = entry.getValue() instanceof Map && !method.getReturnType().isAssignableFrom(Map.class);
                return isPart ? parts(method.getReturnType(), (Map<?, ?>) entry.getValue()) : entry.getValue();
            }
            return null;
        });
    }

    private interface Answering {
        Object answer(Method method, Object[] given);
    }

    private static Object answering(Class<?> type, Answering by) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, given) -> {
            if (method.getDeclaringClass() != Object.class) return by.answer(method, given);
            if (method.getName().equals("toString")) return type.getSimpleName();
            return method.getName().equals("equals") ? (Object) (proxy == given[0]) : (Object) System.identityHashCode(proxy);
        });
    }

    /** Serves invocations until it is ended. */
    public static void main(String[] arguments) throws IOException {
        Api api = new Api(System.getenv("AWS_LAMBDA_RUNTIME_API"));
        Handler handler = null;
        try {
            handler = new Handler(System.getenv("_HANDLER"));
        } catch (Throwable error) { // whatever its class does when it is loaded
            Throwable cause = unwrapped(error);
            cause.printStackTrace();
            api.fail("/init/error", cause);
            System.exit(1);
        }
        while (true) runOne(api, handler);
    }

    private static Throwable unwrapped(Throwable error) {
        boolean isWrapped = error instanceof InvocationTargetException || error instanceof ExceptionInInitializerError;
        return isWrapped && error.getCause() != null ? error.getCause() : error;
    }

    private static void runOne(Api api, Handler handler) throws IOException {
        Answer invocation = api.next();
        String id = invocation.get("aws-request-id");
        String trace = invocation.get("trace-id");
        if (trace == null) System.clearProperty("com.amazonaws.xray.traceHeader");
        else System.setProperty("com.amazonaws.xray.traceHeader", trace);
        byte[] answer;
        try {
            answer = handler.call(invocation);
        } catch (Throwable error) { // whatever a function throws is its answer
            error.printStackTrace();
            System.err.flush();
            api.fail("/invocation/" + id + "/error", error);
            return;
        }
        System.out.flush();
        api.respond(id, answer);
    }
}
