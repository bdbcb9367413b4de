// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.FrameType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames with any values at all come back as they were. */
class FrameValuesTest {

    private static final Set<String> U32 =
            Set.of("heartbeatMs", "sessionTimeoutMs", "maxFrameBytes", "timeoutMs", "maxMessages", "deliveryCount");
    private static final Set<String> NULLABLE = Set.of("options", "subscription", "selector");

    static List<Frame> samples() {
        return List.copyOf(Samples.values().values());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everySampleComesBackAsItWas(Frame frame) throws Exception {
        assertThat(throughBytes(frame)).isEqualTo(frame);
    }

    @Property(tries = 100)
    void everyKindOfFrameComesBackWithAnyValues(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        for (Class<?> kind : Frame.class.getPermittedSubclasses()) {
            if (kind == Frame.Request.class) {
                for (Class<?> request : kind.getPermittedSubclasses()) {
                    checkOne(request, random);
                }
            } else {
                checkOne(kind, random);
            }
        }
    }

    private static void checkOne(Class<?> kind, Random random) throws Exception {
        Frame frame = (Frame) randomRecord(kind, random);
        assertThat(throughBytes(frame)).isEqualTo(frame);
    }

    private static Frame throughBytes(Frame frame) throws Exception {
        byte[] bytes = Samples.bytes(writer -> Samples.write(writer, frame));
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 5).put(5, bytes);
        Frame fromHeap = Frame.decode(new FrameReader().wrap(ByteBuffer.wrap(bytes), 0, bytes.length));
        Frame fromDirect = Frame.decode(new FrameReader().wrap(direct, 5, bytes.length));
        assertThat(fromDirect).isEqualTo(fromHeap);
        return fromHeap;
    }

    private static Object randomRecord(Class<?> kind, Random random) throws Exception {
        RecordComponent[] components = kind.getRecordComponents();
        Object[] values = new Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = value(kind, components[i].getName(), components[i].getGenericType(), random);
        }
        var constructor = kind.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(values);
    }

    private static Object value(Class<?> kind, String name, Type type, Random random) throws Exception {
        if (type instanceof ParameterizedType list) {
            List<Object> values = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                values.add(value(kind, name, list.getActualTypeArguments()[0], random));
            }
            return values;
        }
        if (type == int.class) {
            return intValue(kind, name, random);
        }
        if (type == long.class || type == Long.class) {
            return random.nextLong() >>> (U32.contains(name) ? 32 : 1 + random.nextInt(63));
        }
        if (type == boolean.class) {
            return random.nextBoolean();
        }
        if (type == String.class) {
            boolean nullable = NULLABLE.contains(name) || (kind == Frame.Hello.class && name.equals("clientId"));
            return nullable && random.nextInt(4) == 0 ? null : text(random);
        }
        if (type == UUID.class) {
            return new UUID(random.nextLong(), random.nextLong());
        }
        if (type == Bytes.class) {
            byte[] bytes = new byte[random.nextInt(65)];
            random.nextBytes(bytes);
            return Bytes.of(bytes);
        }
        if (type instanceof Class<?> words && words.isEnum()) {
            Object[] all = words.getEnumConstants();
            return all[random.nextInt(all.length)];
        }
        return randomRecord((Class<?>) type, random);
    }

    private static int intValue(Class<?> kind, String name, Random random) {
        return switch (name) {
            case "flags" ->
                random.nextInt(32)
                        & (kind == Frame.Unsubscribe.class
                                ? FrameType.UNSUBSCRIBE.legalFlags()
                                : FrameType.CONSUMER_OPEN.legalFlags());
            case "request" -> 1 + random.nextInt(1_000);
            case "minVersion", "maxVersion", "version", "code" -> random.nextInt(0x10000);
            case "priority" -> random.nextInt(10);
            default -> random.nextInt();
        };
    }

    /** Any characters, halves of surrogate pairs included. */
    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
            text.append(
                    switch (random.nextInt(4)) {
                        case 0 -> (char) random.nextInt(0x80);
                        case 1 -> (char) random.nextInt(0x800);
                        case 2 -> (char) random.nextInt(0x10000);
                        default -> (char) (0xD800 + random.nextInt(0x800));
                    });
        }
        return text.toString();
    }
}
