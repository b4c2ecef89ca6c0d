package io.joulestream.streaming;

import io.joulestream.core.energy.OwnerHours;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.state.MapState;

/** The older hours of the owner that is the current key. A backend that fails fails the job, which then starts again. */
record HoursInState(MapState<Long, byte[]> hours) implements OwnerHours {
    @Override
    public byte[] get(long key) {
        return access(() -> hours.get(key));
    }

    @Override
    public void put(long key, byte[] bytes) {
        access(() -> {
            hours.put(key, bytes);
            return null;
        });
    }

    @Override
    public void remove(long key) {
        access(() -> {
            hours.remove(key);
            return null;
        });
    }

    @Override
    public Set<Long> keys() {
        return access(() -> {
            Set<Long> keys = new TreeSet<>();
            hours.keys().forEach(keys::add);
            return keys;
        });
    }

    private interface Access<T> {
        T run() throws Exception;
    }

    private static <T> T access(Access<T> access) {
        try {
            return access.run();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the state of an owner's older hours", e);
        }
    }
}
