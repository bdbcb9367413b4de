// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.process;

/**
 * At which operation of its disk a server ends.
 *
 * @param number of the operation, from 1; of the write, if it ends halfway
 */
public record HaltAt(Moment moment, int number) {

    /** Where in the operation. */
    public enum Moment {
        BEFORE,
        /** Half of what a write has to write is written. */
        HALFWAY,
        AFTER
    }

    static HaltAt parse(String text) {
        String[] words = text.strip().split(" ");
        return new HaltAt(Moment.valueOf(words[0]), Integer.parseInt(words[1]));
    }

    /** The same one operation later. */
    public HaltAt next() {
        return new HaltAt(moment, number + 1);
    }

    @Override
    public String toString() {
        return moment + " " + number;
    }
}
