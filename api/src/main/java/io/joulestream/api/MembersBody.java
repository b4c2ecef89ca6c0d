package io.joulestream.api;

import io.joulestream.storage.Member;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** The members of a tenant, in order of name; those that were disabled too. */
record MembersBody(List<Line> members) {
    /**
     * One member.
     *
     * @param kind person or service
     * @param disabledAt null for one that is not
     */
    record Line(String name, String kind, String role, Instant createdAt, Instant disabledAt) {
        static Line of(Member member) {
            return new Line(
                    member.name(),
                    member.kind().name().toLowerCase(Locale.ROOT),
                    member.role().word(),
                    member.createdAt(),
                    member.disabledAt().orElse(null));
        }
    }

    static MembersBody of(List<Member> members) {
        return new MembersBody(members.stream().map(Line::of).toList());
    }
}
