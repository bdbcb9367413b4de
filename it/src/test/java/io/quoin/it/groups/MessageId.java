// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

/**
 * A message of the experiment.
 *
 * @param producer who sends it, from 0
 * @param group its group, from 0
 * @param sequence its number among what this producer sends to this group, from 0
 */
public record MessageId(int producer, int group, int sequence) {
    @Override
    public String toString() {
        return "p" + producer + "/g" + group + "#" + sequence;
    }
}
