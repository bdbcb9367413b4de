// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * The message selectors of Jakarta Messaging 3.1 §3.8.1: text to a checked tree, and the tree against a message, in place.
 *
 * <p>{@link io.quoin.server.core.selector.Selector} is the way in. Parsing is bounded in text, depth, nodes and list lengths; evaluation is bounded by the tree
 * and the strings that it reads, allocates nothing, and never uses a regular expression.
 */
package io.quoin.server.core.selector;
