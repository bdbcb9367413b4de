// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * Frames to bytes and back, in place on {@link java.nio.ByteBuffer}s. Readers and writers are flyweights: each belongs to
 * one thread at a time and is used again for the next frame. Nothing here reads or writes a socket but
 * {@link io.quoin.protocol.codec.FrameInput}, when it is told to.
 */
@NullMarked
package io.quoin.protocol.codec;

import org.jspecify.annotations.NullMarked;
