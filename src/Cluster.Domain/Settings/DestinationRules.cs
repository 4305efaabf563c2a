using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;

namespace Cluster.Domain.Settings;

internal static class DestinationRules
{
    private static readonly DestinationTls[] Verifying = [DestinationTls.PreferredVerify, DestinationTls.RequiredVerify, DestinationTls.RequiredVerifyHostedDomains];

    private static readonly DestinationTls[] Strict = [DestinationTls.Required, DestinationTls.RequiredVerify, DestinationTls.RequiredVerifyHostedDomains];

    public static IReadOnlyList<DocumentRule<DestinationControl>> All { get; } =
    [
        static (destination, context) => DefaultOfDefault(destination, context.Name),
        static (destination, _) => Match(destination),
        static (destination, _) => Dane(destination),
        static (destination, _) => Certificate(destination),
    ];

    public static bool IsStrict(DestinationTls tls) => Strict.Contains(tls);

    /// <summary>Whether mail goes only to servers whose certificate was verified.</summary>
    public static bool IsVerified(DestinationTls tls) => tls is DestinationTls.RequiredVerify or DestinationTls.RequiredVerifyHostedDomains;

    public static IEnumerable<ItemReference> References(DestinationControl destination)
    {
        if (destination.Certificate is { } certificate) yield return new ItemReference(Kinds.Certificates, certificate, "/certificate");
    }

    private static IEnumerable<FieldError> DefaultOfDefault(DestinationControl destination, string name)
    {
        if (destination.Tls == DestinationTls.Default && name == ItemNames.DefaultDestination)
            yield return new FieldError("/tls", "contradiction", "The 'default' destination cannot refer to itself; choose a mode.");
    }

    private static IEnumerable<FieldError> Match(DestinationControl destination)
    {
        if (destination.Match is not { } names) yield break;
        if (!Verifying.Contains(destination.Tls)) yield return new FieldError("/match", "contradiction", "Names are matched only where the certificate is verified; choose a verifying mode, or leave the list out.");
        if (names.Count == 0) yield return new FieldError("/match", "empty", "An empty list would match nothing; name hosts, or leave it out.");
        for (var i = 0; i < names.Count; i++)
        {
            foreach (var error in FieldRules.HostName(names[i].StartsWith('.') ? names[i][1..] : names[i], $"/match/{i}")) yield return error;
        }

        foreach (var error in FieldRules.Unique(names, "/match", "name", n => n.StartsWith('.') ? "." + FieldRules.Domain(n[1..]) : FieldRules.Domain(n))) yield return error;
    }

    private static IEnumerable<FieldError> Dane(DestinationControl destination)
    {
        if (destination.Dane is null or DaneMode.None) yield break;
        if (destination.Tls is DestinationTls.Default or DestinationTls.None)
            yield return new FieldError("/dane", "contradiction", "DANE needs a TLS mode of its own: preferred for opportunistic, required or stricter for mandatory.");
        else if (destination.Dane == DaneMode.Mandatory && !IsStrict(destination.Tls))
            yield return new FieldError("/dane", "contradiction", "Mandatory DANE goes with required and stricter modes (RFC 7672); choose one, or opportunistic DANE.");
    }

    private static IEnumerable<FieldError> Certificate(DestinationControl destination)
    {
        foreach (var error in FieldRules.Reference(destination.Certificate, "/certificate")) yield return error;
        if (destination.Certificate is not null && destination.Tls == DestinationTls.None)
            yield return new FieldError("/certificate", "contradiction", "A client certificate is never shown without TLS; choose another mode, or leave it out.");
    }
}
