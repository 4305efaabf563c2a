using Cluster.Contracts.Settings;
using Cluster.Manager.Hosting.OpenApi;

namespace Cluster.Manager.Features.TlsProtocols;

/// <summary>TLS versions and ciphers: single items at levels, one document for callers.</summary>
internal static class TlsProtocolsFeature
{
    public static IServiceCollection AddTlsProtocols(this IServiceCollection services) => services.AddSingleton<BlockWrite>();

    /// <summary>Maps the operations under <c>/clusters/{c}</c>.</summary>
    public static void MapTlsProtocols(this IEndpointRouteBuilder api)
    {
        var protocols = api.MapGroup($"/clusters/{{c}}/{TlsProtocolBlock.Kind}").Tagged(
            TlsProtocolBlock.Kind,
            "TLS versions and ciphers at each level, in blocks: https, smtpInbound, smtpOutbound, clients. The nearest level that "
            + "defines a "
                + "block wins for that block.");
        GetTlsProtocols.Map(protocols);
        PutTlsProtocols.Map(protocols);
        PatchTlsProtocols.Map(protocols);
        DeleteTlsProtocols.Map(protocols);
        RelocateTlsProtocols.Map(protocols);
    }
}
