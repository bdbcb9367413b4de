// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

/**
 * Hears which slots of message groups have their home at a consumer: an extension of Quoin, for applications that keep state by
 * group, in a cache for example. A group's slot is {@link QuoinMessageConsumer#slotOf}.
 *
 * <p>A slot is assigned when it has its first messages, or when consumers come or go. Its home gets the slot's messages whenever
 * it has room for them; if it has not, they are lent to another consumer, of which nobody is told. So this is a hint where state is
 * best kept, never a lock: what keeps a group's messages in order does not depend on it.
 *
 * <p>Thread: the one that reads from the server. Methods must return soon, and must not use the connection.
 */
public interface SlotListener {

    /** The slot has its home at the consumer from now on; {@code slot} counts from 0. */
    void assigned(int slot);

    /** The slot has its home elsewhere from now on. After the loss of a connection every slot is revoked before any is assigned. */
    void revoked(int slot);
}
