package io.joulestream.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of a record as the columns of a table, in their order and named as in JSON; those of a record inside go by its
 * name and theirs, as {@code energy_kwh_value} does. Thread-safe.
 */
final class Columns<R extends Record> {
    private final List<String> names = new ArrayList<>();
    /** Of each column the accessors that lead to it. */
    private final List<List<Method>> paths = new ArrayList<>();

    Columns(Class<R> type) {
        add("", List.of(), type);
    }

    private void add(String prefix, List<Method> path, Class<?> type) {
        for (RecordComponent component : type.getRecordComponents()) {
            Method accessor = component.getAccessor();
            String name = prefix + PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(component.getName());
            List<Method> longer = new ArrayList<>(path);
            longer.add(accessor);
            if (component.getType().isRecord()) {
                boolean isUnwrapped = accessor.isAnnotationPresent(JsonUnwrapped.class);
                add(isUnwrapped ? prefix : name + "_", longer, component.getType());
            } else {
                names.add(name);
                paths.add(longer);
            }
        }
    }

    List<String> names() {
        return names;
    }

    /** What stands in each column; empty below a record that is null. */
    List<String> cells(R row) {
        List<String> cells = new ArrayList<>(paths.size());
        for (List<Method> path : paths) {
            Object value = row;
            for (int i = 0; i < path.size() && value != null; i++) {
                value = read(path.get(i), value);
            }
            cells.add(Csv.cell(value));
        }
        return cells;
    }

    private static Object read(Method accessor, Object record) {
        try {
            return accessor.invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(accessor + " cannot be read", e);
        }
    }
}
