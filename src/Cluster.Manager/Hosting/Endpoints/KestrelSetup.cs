using System.Net.Security;
using System.Security.Authentication;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Protocol;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Cluster.Manager.Hosting.Endpoints;

/// <summary>The two endpoints: REST for people and automation, gRPC for agents. Neither serves what belongs to the other.</summary>
internal static class KestrelSetup
{
    /// <summary>Default limit of a body: 1 MiB.</summary>
    public const long BodyLimit = 1024 * 1024;

    // A fleet that comes back at once queues for the handshake; the default of 10 s would abort the later ones.
    private static readonly TimeSpan AgentHandshakeTimeout = TimeSpan.FromSeconds(60);

    public static void ConfigureEndpoints(this WebApplicationBuilder builder, ManagerOptions options)
    {
        builder.Services.AddSingleton<RestCertificate>();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            var certificates = kestrel.ApplicationServices.GetRequiredService<RestCertificate>();
            kestrel.AddServerHeader = false;
            SetLimits(kestrel.Limits);
            kestrel.Listen(EndpointAddress.Parse(options.Rest).ToListen(), l => ListenRest(l, certificates));
            kestrel.Listen(
                EndpointAddress.Parse(options.Agents).ToListen(),
                l => ListenAgents(l, kestrel.ApplicationServices.GetRequiredService<IAgentHandshake>()));
            if (options.Metrics is { } metrics)
                kestrel.Listen(EndpointAddress.Parse(metrics).ToListen(), l => Mark(l, EndpointKind.Metrics));
        });
    }

    private static void SetLimits(KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = BodyLimit;
        // Twice what is served, so that most of what is too large is refused by RequestSize, with a problem document over HTTP/2 too.
        limits.MaxRequestHeaderCount = 2 * RequestSize.HeaderCount;
        limits.MaxRequestHeadersTotalSize = 2 * RequestSize.Headers;
        limits.MaxRequestLineSize = 2 * RequestSize.Target;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(30);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(ProtocolLimits.KeepAliveSeconds);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(ProtocolLimits.KeepAliveTimeoutSeconds);
        limits.Http2.MaxStreamsPerConnection = 20;
        limits.Http2.MaxRequestHeaderFieldSize = 2 * RequestSize.Target;
    }

    private static void ListenRest(ListenOptions listen, RestCertificate certificates)
    {
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        Mark(listen, EndpointKind.Rest);
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificates.Current,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            }),
        });
        listen.UseProblemsForRefusals();
    }

    private static void ListenAgents(ListenOptions listen, IAgentHandshake tls)
    {
        listen.Protocols = HttpProtocols.Http2;
        Mark(listen, EndpointKind.Agents);
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = AgentHandshakeTimeout,
            OnConnection = _ => ValueTask.FromResult(tls.ForHandshake()),
        });
    }

    private static void Mark(ListenOptions listen, EndpointKind kind) => listen.Use(next => connection =>
    {
        connection.Features.Set(new EndpointOfConnection(kind));
        return next(connection);
    });
}

/// <summary>Which endpoint a connection came in on.</summary>
/// <param name="Kind">Kind of the endpoint.</param>
internal sealed record EndpointOfConnection(EndpointKind Kind);

internal enum EndpointKind
{
    Rest,

    /// <summary>gRPC for agents.</summary>
    Agents,

    /// <summary>Only /metrics, without a token.</summary>
    Metrics,
}
