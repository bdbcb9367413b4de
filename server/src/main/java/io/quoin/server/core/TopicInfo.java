// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

/**
 * A topic at one moment, for administration.
 *
 * @param durableSubscriptions shared and unshared
 * @param nonDurableSubscriptions shared and unshared
 */
public record TopicInfo(String name, boolean temporary, int durableSubscriptions, int nonDurableSubscriptions) {}
