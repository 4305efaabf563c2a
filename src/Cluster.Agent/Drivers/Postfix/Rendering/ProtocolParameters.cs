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

    /// <summary>
    /// The grade that mail that leaves has where ciphers are named, and no other client or server of Postfix by itself: its list is a
    /// parameter of its own in every version, while those of "high" and "medium" are those of smtpd(8) as well.
    /// </summary>
    public const string OwnGrade = "null";

    /// <summary>The list of that grade.</summary>
    public const string OwnList = "tls_null_cipherlist";

    /// <summary>Parameters with the versions of mail that leaves.</summary>
    public static IReadOnlyList<string> OfClient { get; } = ["smtp_tls_protocols", "smtp_tls_mandatory_protocols"];

    /// <summary>Parameters with the grade of its ciphers.</summary>
    public static IReadOnlyList<string> Grades { get; } = ["smtp_tls_ciphers", "smtp_tls_mandatory_ciphers"];

    /// <summary>Parameters that leave ciphers out of it.</summary>
    public static IReadOnlyList<string> Exclusions { get; } = ["smtp_tls_exclude_ciphers", "smtp_tls_mandatory_exclude_ciphers"];

    /// <summary>Every parameter that a block for mail that leaves may set.</summary>
    public static IReadOnlyList<string> OfOutbound { get; } = [.. OfClient, .. Grades, OwnList];

    // What a TLS library offers by itself. Postfix has no parameter for suites of TLS 1.3.
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
        if (block.Maximum < TlsVersion.Tls12)
            yield return PartProblem.Unsupported(
                Inbound,
                "With nothing newer than TLS 1.1 the certificate of a listener cannot be seen, so that it could not be proven. Name a "
                    + "maximum of tls1.2 or newer, or none.");
        foreach (var problem in AgainstCiphers(block, Inbound)) yield return problem;
    }

    /// <summary>The parameters of mail that leaves.</summary>
    public static IEnumerable<KeyValuePair<string, string>> OfMail(TlsProtocolBlock block, PostfixVersion version)
    {
        foreach (var name in OfClient) yield return new(name, Versions(block, version));
        if (ProtocolText.Ciphers(block, ofTls13: false) is not { Length: > 0 } ciphers) yield break;
        yield return new(OwnList, ciphers);
        foreach (var name in Grades) yield return new(name, OwnGrade);
    }

    /// <summary>What of a block for mail that leaves Postfix cannot be told.</summary>
    public static IEnumerable<PartProblem> AgainstMail(TlsProtocolBlock block) => AgainstCiphers(block, Outbound);

    private static IEnumerable<PartProblem> AgainstCiphers(TlsProtocolBlock block, ItemName item)
    {
        if (ProtocolText.Unknown(block).FirstOrDefault() is { } unknown)
            yield return PartProblem.Unsupported(
                item, $"Cipher {unknown} is none that the agent knows, so that nothing could be proven of it. Leave it out.");
        var named = (block.Ciphers ?? []).Where(c => c.StartsWith("TLS_", StringComparison.Ordinal)).ToList();
        if (named.Count > 0 && !named.ToHashSet(StringComparer.Ordinal).SetEquals(DefaultsOfTls13))
            yield return PartProblem.Unsupported(
                item,
                $"Postfix cannot be given single ciphers of TLS 1.3 ({string.Join(", ", named)}): it takes what the TLS library offers. "
                    + $"Name none of them, or all of {string.Join(", ", DefaultsOfTls13)}.");
    }
}
