package io.joulestream.core.carbon;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Emission factors that were published together. A set never changes; another content is another set.
 *
 * @param name such as {@code epa-egrid}
 * @param version as its publisher calls it
 * @param sha256 of the set's rows, in lower-case hex
 * @param factors each (zone, year) once, all of one basis and one set of warming potentials
 */
public record FactorSet(String name, String version, String sha256, List<EmissionFactor> factors) {
    /** @throws IllegalArgumentException when there is no factor, or they contradict each other */
    public FactorSet {
        requireNonNull(name, "name");
        requireNonNull(version, "version");
        requireNonNull(sha256, "sha256");
        factors = List.copyOf(factors);
        if (factors.isEmpty()) {
            throw new IllegalArgumentException("factor set " + name + " is empty");
        }
        long kinds = factors.stream()
                .map(factor -> factor.basis() + factor.gasSet())
                .distinct()
                .count();
        long keys = factors.stream()
                .map(factor -> factor.zone() + ' ' + factor.year())
                .distinct()
                .count();
        if (kinds > 1 || keys < factors.size()) {
            throw new IllegalArgumentException(
                    "factor set " + name + " must hold each zone and year once, of one basis and one gas set");
        }
    }

    /** {@code name@sha256}: names exactly these numbers. */
    public String id() {
        return name + '@' + sha256;
    }

    public Basis basis() {
        return factors.get(0).basis();
    }

    /** The set of warming potentials of all factors. */
    public String gasSet() {
        return factors.get(0).gasSet();
    }

    /** The years for which the set has any factor. */
    public SortedSet<Integer> years() {
        SortedSet<Integer> years = new TreeSet<>();
        factors.forEach(factor -> years.add(factor.year()));
        return years;
    }

    /** The factor of a zone for a year, or of the nearest earlier year; empty when there is none. */
    public Optional<EmissionFactor> atOrBefore(String zone, int year) {
        EmissionFactor best = null;
        for (EmissionFactor factor : factors) {
            boolean fits = factor.zone().equals(zone) && factor.year() <= year;
            if (fits && (best == null || factor.year() > best.year())) {
                best = factor;
            }
        }
        return Optional.ofNullable(best);
    }
}
