using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Protocols;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>Blocks of TLS protocols in Postfix's words.</summary>
internal static class ProtocolParameters
{
    public static readonly ItemName Inbound = new(TlsProtocolBlock.Kind, TlsProtocolBlock.SmtpInbound);
    public static readonly ItemName Outbound = new(TlsProtocolBlock.Kind, TlsProtocolBlock.SmtpOutbound);

    /// <summary>Parameters with the versions of mail that leaves.</summary>
    public static IReadOnlyList<string> OfClient { get; } = ["smtp_tls_protocols", "smtp_tls_mandatory_protocols"];

    // What a TLS library offers by itself. Postfix up to 3.7 at least has no parameter for suites of TLS 1.3.
    private static readonly string[] DefaultsOfTls13 =
        ["TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"];

    /// <summary>Versions as Postfix takes them: bounds since 3.6, before it what is left out.</summary>
    public static string Versions(TlsProtocolBlock block, PostfixVersion version)
    {
        if (version.IsAtLeast(3, 6))
        {
            var bounds = ">=" + ProtocolText.NameOf(block.Minimum);
            return block.Maximum is { } maximum ? $"{bounds}, <={ProtocolText.NameOf(maximum)}" : bounds;
        }

        var left = Enum.GetValues<TlsVersion>().Where(v => v < block.Minimum || v > (block.Maximum ?? TlsVersion.Tls13));
        return string.Join(", ", left.Select(ProtocolText.NameOf).Prepend("SSLv3").Prepend("SSLv2").Select(n => "!" + n));
    }

    /// <summary>The parameters of main.cf that options of listeners name.</summary>
    public static IEnumerable<KeyValuePair<string, string>> OfListeners(TlsProtocolBlock block, PostfixVersion version)
    {
        yield return new(PostfixNames.InboundVersions, Versions(block, version));
        if (block.Ciphers is null) yield break;
        yield return new(PostfixNames.InboundPreference, "yes");
        if (ProtocolText.Ciphers(block, ofTls13: false) is not { Length: > 0 } ciphers) yield break;
        yield return new(PostfixNames.InboundGrade, "high");
        yield return new(PostfixNames.InboundCiphers, ciphers);
    }

    /// <summary>The options of a listener, parameter and the name of ours in main.cf.</summary>
    public static IEnumerable<(string Parameter, string Name)> OptionsOf(TlsProtocolBlock block)
    {
        yield return ("smtpd_tls_protocols", PostfixNames.InboundVersions);
        yield return ("smtpd_tls_mandatory_protocols", PostfixNames.InboundVersions);
        if (block.Ciphers is null) yield break;
        yield return ("tls_preempt_cipherlist", PostfixNames.InboundPreference);
        if (ProtocolText.Ciphers(block, ofTls13: false).Length == 0) yield break;
        yield return ("smtpd_tls_ciphers", PostfixNames.InboundGrade);
        yield return ("smtpd_tls_mandatory_ciphers", PostfixNames.InboundGrade);
        yield return ("tls_high_cipherlist", PostfixNames.InboundCiphers);
    }

    /// <summary>What of a block for listeners Postfix cannot be told, or what could not be proven of it.</summary>
    public static IEnumerable<PartProblem> AgainstListeners(TlsProtocolBlock block)
    {
        if (ProtocolText.Unknown(block).FirstOrDefault() is { } unknown)
            yield return PartProblem.Unsupported(
                Inbound, $"Cipher {unknown} is none that the agent knows, so that nothing could be proven of it. Leave it out.");
        if (block.Maximum < TlsVersion.Tls12)
            yield return PartProblem.Unsupported(
                Inbound,
                "With nothing newer than TLS 1.1 the certificate of a listener cannot be seen, so that it could not be proven. Name a "
                    + "maximum of tls1.2 or newer, or none.");
        var named = (block.Ciphers ?? []).Where(c => c.StartsWith("TLS_", StringComparison.Ordinal)).ToList();
        if (named.Count > 0 && !named.ToHashSet(StringComparer.Ordinal).SetEquals(DefaultsOfTls13))
            yield return PartProblem.Unsupported(
                Inbound,
                $"Postfix cannot be given single ciphers of TLS 1.3 ({string.Join(", ", named)}): it takes what the TLS library offers. "
                    + $"Name none of them, or all of {string.Join(", ", DefaultsOfTls13)}.");
    }

    /// <summary>The same for mail that leaves.</summary>
    public static IEnumerable<PartProblem> AgainstClient(TlsProtocolBlock block)
    {
        if (block.Ciphers is not null)
            yield return PartProblem.Unsupported(
                Outbound,
                "Ciphers of outgoing mail cannot be set on Postfix without changing those of your listeners (tls_high_cipherlist is of "
                    + "both). Leave the ciphers out.");
        if (block.Minimum < TlsVersion.Tls12)
            yield return PartProblem.Unsupported(
                Outbound,
                "Whether the TLS library of this host offers versions older than TLS 1.2 to other servers cannot be shown. Name a minimum "
                    + "of tls1.2 or tls1.3.");
    }
}
