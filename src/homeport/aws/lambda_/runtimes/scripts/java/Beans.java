import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Objects of a function's own classes, from what {@link Json} gives and back, by their setters and getters.
 * https://docs.aws.amazon.com/lambda/latest/dg/java-handler.html
 */
final class Beans {
    private Beans() {}

    /** What a handler's parameter of a type gets. */
    static Object made(Object value, Type wanted) throws ReflectiveOperationException {
        if (wanted instanceof WildcardType) return made(value, ((WildcardType) wanted).getUpperBounds()[0]);
        if (wanted instanceof TypeVariable) return made(value, ((TypeVariable<?>) wanted).getBounds()[0]);
        Class<?> type = raw(wanted);
        if (value == null || type == Object.class) return value;
        if (value instanceof List) return fromList((List<?>) value, wanted, type);
        if (value instanceof Map) return fromMap((Map<?, ?>) value, wanted, type);
        return simple(value, type);
    }

    private static Class<?> raw(Type type) {
        return type instanceof ParameterizedType ? raw(((ParameterizedType) type).getRawType()) : (Class<?>) type;
    }

    private static Type argument(Type type, int index) {
        return type instanceof ParameterizedType ? ((ParameterizedType) type).getActualTypeArguments()[index] : Object.class;
    }

    private static Object fromList(List<?> values, Type wanted, Class<?> type) throws ReflectiveOperationException {
        if (type.isArray()) {
            Object array = Array.newInstance(type.getComponentType(), values.size());
            for (int i = 0; i < values.size(); i++) Array.set(array, i, made(values.get(i), type.getComponentType()));
            return array;
        }
        List<Object> found = new ArrayList<>();
        for (Object value : values) found.add(made(value, argument(wanted, 0)));
        if (type.isInstance(found)) return found;
        if (Set.class.isAssignableFrom(type)) return new LinkedHashSet<>(found);
        throw mismatch("array", type);
    }

    private static Object fromMap(Map<?, ?> values, Type wanted, Class<?> type) throws ReflectiveOperationException {
        if (type.isAssignableFrom(LinkedHashMap.class)) {
            Map<Object, Object> found = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : values.entrySet()) {
                found.put(made(entry.getKey(), argument(wanted, 0)), made(entry.getValue(), argument(wanted, 1)));
            }
            return found;
        }
        if (type.isPrimitive() || type.isArray() || type.getName().startsWith("java.")) throw mismatch("object", type);
        Object bean = type.getDeclaredConstructor().newInstance();
        for (Map.Entry<?, ?> entry : values.entrySet()) set(bean, type, (String) entry.getKey(), entry.getValue());
        return bean;
    }

    private static void set(Object bean, Class<?> type, String name, Object value) throws ReflectiveOperationException {
        for (Method method : type.getMethods()) {
            if (method.getParameterCount() == 1 && method.getName().equalsIgnoreCase("set" + name)) {
                method.invoke(bean, made(value, method.getGenericParameterTypes()[0]));
                return;
            }
        }
        for (Field field : type.getFields()) {
            if (field.getName().equalsIgnoreCase(name) && !Modifier.isFinal(field.getModifiers())) {
                field.set(bean, made(value, field.getGenericType()));
                return;
            }
        } // what a class has no place for is left out, as AWS does
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Object simple(Object value, Class<?> type) throws ReflectiveOperationException {
        if (type.isInstance(value)) return value;
        if (value instanceof Number || value instanceof String) {
            Object number = number(value.toString(), type);
            if (number != null) return number;
        }
        if (value instanceof Boolean && type == boolean.class) return value;
        if (type == String.class) return value.toString();
        if (type.isEnum()) return Enum.valueOf((Class<Enum>) type, value.toString());
        if (type == ByteBuffer.class) return ByteBuffer.wrap(Base64.getDecoder().decode(value.toString()));
        if (type == Instant.class) return instant(value);
        if (type == Date.class) return Date.from(instant(value));
        if (type.getName().equals("org.joda.time.DateTime")) return type.getConstructor(Object.class).newInstance(value);
        throw mismatch(value.getClass().getSimpleName(), type);
    }

    private static Object number(String text, Class<?> type) {
        if (type == int.class || type == Integer.class) return new BigDecimal(text).intValueExact();
        if (type == long.class || type == Long.class) return new BigDecimal(text).longValueExact();
        if (type == double.class || type == Double.class) return Double.valueOf(text);
        if (type == float.class || type == Float.class) return Float.valueOf(text);
        if (type == short.class || type == Short.class) return new BigDecimal(text).shortValueExact();
        if (type == byte.class || type == Byte.class) return new BigDecimal(text).byteValueExact();
        if (type == BigDecimal.class) return new BigDecimal(text);
        if (type == BigInteger.class) return new BigDecimal(text).toBigIntegerExact();
        return null;
    }

    private static Instant instant(Object value) {
        return value instanceof Number
            ? Instant.ofEpochMilli(Math.round(((Number) value).doubleValue() * 1000))
            : Instant.parse(value.toString());
    }

    private static IllegalArgumentException mismatch(String what, Class<?> type) {
        return new IllegalArgumentException("Cannot deserialize value of type `" + type.getName() + "` from " + what);
    }

    /** What {@link Json} can write, of an answer. */
    static Object plain(Object value) throws ReflectiveOperationException {
        if (value == null || value instanceof Number || value instanceof Boolean || value instanceof CharSequence) return value;
        if (value instanceof Map) {
            Map<String, Object> found = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                found.put(String.valueOf(entry.getKey()), plain(entry.getValue()));
            }
            return found;
        }
        if (value instanceof Iterable) {
            List<Object> found = new ArrayList<>();
            for (Object each : (Iterable<?>) value) found.add(plain(each));
            return found;
        }
        Class<?> type = value.getClass();
        if (type == byte[].class) return Base64.getEncoder().encodeToString((byte[]) value);
        if (type.isArray()) {
            Object[] found = new Object[Array.getLength(value)];
            for (int i = 0; i < found.length; i++) found[i] = plain(Array.get(value, i));
            return Arrays.asList(found);
        }
        if (value instanceof Date) return ((Date) value).getTime();
        if (value instanceof Enum || type.getName().startsWith("java.")) return value.toString();
        return properties(value, type);
    }

    private static Map<String, Object> properties(Object bean, Class<?> type) throws ReflectiveOperationException {
        Map<String, Object> found = new LinkedHashMap<>();
        for (Field field : type.getFields()) {
            if (!Modifier.isStatic(field.getModifiers())) found.put(field.getName(), plain(field.get(bean)));
        }
        for (Method method : type.getMethods()) {
            String name = property(method);
            if (name != null && method.getDeclaringClass() != Object.class) {
                method.setAccessible(true);
                found.put(name, plain(method.invoke(bean)));
            }
        }
        return found;
    }

    private static String property(Method method) {
        if (method.getParameterCount() > 0 || Modifier.isStatic(method.getModifiers())) return null;
        String name = method.getName();
        boolean is = name.startsWith("is") && method.getReturnType() == boolean.class;
        String rest = is ? name.substring(2) : name.startsWith("get") ? name.substring(3) : "";
        return rest.isEmpty() ? null : Character.toLowerCase(rest.charAt(0)) + rest.substring(1);
    }
}
