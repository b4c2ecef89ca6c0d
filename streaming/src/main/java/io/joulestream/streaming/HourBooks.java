package io.joulestream.streaming;

import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.BasicTypeInfo;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;

/**
 * The books of the current key by UTC hour, as bytes in its state. Those in use between two checkpoints are kept decoded by
 * the operator, a bounded number of them, which hands its map of the current key's to each call. For the operator's thread.
 *
 * @param <B> the book of one hour
 */
final class HourBooks<B> {
    /**
     * More books in use than this are given out before the checkpoint: a topic that is read again brings months between two
     * checkpoints, and a decoded hour takes some ten kilobytes.
     */
    private static final int MOST_IN_USE = 1_024;

    private final MapState<Long, byte[]> hours;
    private final LongFunction<B> empty;
    private final BiFunction<Long, byte[], B> decode;
    private final Function<B, byte[]> encode;
    private int inUse;

    /** @param name of the state: part of every savepoint */
    HourBooks(
            RuntimeContext context,
            String name,
            LongFunction<B> empty,
            BiFunction<Long, byte[], B> decode,
            Function<B, byte[]> encode) {
        this.hours = context.getMapState(new MapStateDescriptor<>(
                name, BasicTypeInfo.LONG_TYPE_INFO, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        this.empty = empty;
        this.decode = decode;
        this.encode = encode;
    }

    /** The book of an hour: in use, or in the state, or a new one; from now on in use. */
    B at(Map<Long, B> ofKey, long hour) throws Exception {
        B book = ofKey.get(hour);
        if (book == null) {
            byte[] bytes = hours.get(hour);
            book = bytes == null ? empty.apply(hour) : decode.apply(hour, bytes);
            ofKey.put(hour, book);
            inUse++;
        }
        return book;
    }

    /** Whether books of all keys should be published now. */
    boolean areTooMany() {
        return inUse > MOST_IN_USE;
    }

    /**
     * Has each book of the current key give out what changed, then writes it back and is done with it: bytes hold nothing
     * unpublished.
     */
    void publish(Map<Long, B> ofKey, Consumer<B> giveOut) throws Exception {
        for (Map.Entry<Long, B> book : ofKey.entrySet()) {
            giveOut.accept(book.getValue());
            hours.put(book.getKey(), encode.apply(book.getValue()));
        }
        inUse -= ofKey.size();
        ofKey.clear();
    }
}
