// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The administration port: health and metrics over HTTP. It reads and changes nothing.
 *
 * <p>Thread: confined to the event loop, which is the owner's, so that an answer also says that the owner lives.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty reports failures to the pipeline
public final class AdminHttp {

    private static final int LINE_MAX_BYTES = 4_096;
    private static final int HEADERS_MAX_BYTES = 8_192;
    private static final int CHUNK_MAX_BYTES = 8_192;
    /** A GET has no body. */
    private static final int BODY_MAX_BYTES = 1_024;

    private static final int IDLE_SECONDS = 30;

    private final Supplier<Health> health;
    private final Supplier<String> metrics;
    private final Consumer<Throwable> onFailure;

    /**
     * @param health how the server is
     * @param metrics Prometheus text
     * @param onFailure told if one of the two fails
     */
    public AdminHttp(Supplier<Health> health, Supplier<String> metrics, Consumer<Throwable> onFailure) {
        this.health = health;
        this.metrics = metrics;
        this.onFailure = onFailure;
    }

    /** Sets up an accepted channel. */
    public void accept(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(new ReadTimeoutHandler(IDLE_SECONDS));
        pipeline.addLast(new HttpServerCodec(LINE_MAX_BYTES, HEADERS_MAX_BYTES, CHUNK_MAX_BYTES));
        pipeline.addLast(new HttpObjectAggregator(BODY_MAX_BYTES));
        pipeline.addLast(new Handler());
    }

    private FullHttpResponse answer(FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return text(HttpResponseStatus.BAD_REQUEST, "The request cannot be read.\n");
        }
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return text(HttpResponseStatus.METHOD_NOT_ALLOWED, "Only GET is served here.\n");
        }
        String path = new QueryStringDecoder(request.uri()).path();
        return switch (path) {
            case "/health" -> health(health.get().isReady());
            case "/health/live" -> health(true);
            case "/health/ready" -> health(health.get().isReady());
            case "/metrics" ->
                response(HttpResponseStatus.OK, "text/plain; version=0.0.4; charset=utf-8", metrics.get());
            default ->
                text(HttpResponseStatus.NOT_FOUND, "There is /health, /health/live, /health/ready and /metrics.\n");
        };
    }

    private FullHttpResponse health(boolean good) {
        return response(
                good ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE,
                "application/json",
                health.get().json() + "\n");
    }

    private static FullHttpResponse text(HttpResponseStatus status, String text) {
        return response(status, "text/plain; charset=utf-8", text);
    }

    private static FullHttpResponse response(HttpResponseStatus status, String type, String text) {
        ByteBuf body = PooledByteBufAllocator.DEFAULT.buffer(text.length());
        ByteBufUtil.writeUtf8(body, text);
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, type)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .set("X-Content-Type-Options", "nosniff");
        return response;
    }

    private final class Handler extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            FullHttpResponse response;
            try {
                response = answer(request);
            } catch (RuntimeException e) {
                onFailure.accept(e);
                context.close();
                return;
            }
            if (request.method().equals(HttpMethod.HEAD)) {
                response.content().clear(); // the length stays in its header
            }
            boolean keepAlive =
                    HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
            HttpUtil.setKeepAlive(response, keepAlive);
            var written = context.writeAndFlush(response);
            if (!keepAlive) {
                written.addListener(ChannelFutureListener.CLOSE);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close(); // a time-out, or a peer that went away: nobody else is concerned
        }
    }
}
