using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>Options of a transport in master.cf that undo what main.cf and the policies say.</summary>
internal static class TransportOptions
{
    /// <summary>The parameter with the maps of policies.</summary>
    public const string PolicyMaps = "smtp_tls_policy_maps";

    /// <summary>The parameter with the level of next hops that no policy names.</summary>
    public const string Level = "smtp_tls_security_level";

    /// <summary>Of before Postfix 2.3: TLS where it is offered.</summary>
    public const string Uses = "smtp_use_tls";

    /// <summary>Of before Postfix 2.3: TLS always.</summary>
    public const string Enforces = "smtp_enforce_tls";

    /// <summary>Since Postfix 3.10: whether a sender's header <c>TLS-Required: no</c> lowers the level to <c>may</c>.</summary>
    public const string SendersLower = "tls_required_enable";

    private const string Wrapper = "smtp_tls_wrappermode";
    private static readonly string[] OfRows = [PolicyMaps];
    private static readonly string[] OfDefault = [Level, Uses, Enforces, "smtp_tls_secure_cert_match", "smtp_tls_servername"];
    private static readonly string[] OfTrust = ["smtp_tls_CAfile", "smtp_tls_CApath", "tls_append_default_CA"];
    private static readonly string[] OfEncryption = ["smtp_tls_exclude_ciphers", SendersLower];

    /// <summary>An option of a transport that asks more of peers than a policy does, which would count more; null = none.</summary>
    /// <param name="transport">The transport.</param>
    /// <param name="policy">The policy.</param>
    public static string? Lowered(MailTransport transport, string policy)
    {
        if (transport.Options.GetValueOrDefault(Enforces) is { } enforces && enforces != "no" && PolicyLevel.IsWeaker(policy, "encrypt"))
            return $"-o {Enforces}={enforces}";
        if (transport.Options.GetValueOrDefault(Level) is not { Length: > 0 } level || PolicyLevel.IsOffered(level)) return null;
        return level.Contains('$', StringComparison.Ordinal) || PolicyLevel.IsWeaker(policy, level) ? $"-o {Level}={level}" : null;
    }

    /// <summary>The first option that stands against a mode, as it is written; null = none.</summary>
    /// <param name="routing">Has the parameters of main.cf.</param>
    /// <param name="transport">The transport.</param>
    /// <param name="control">What is wanted.</param>
    /// <param name="hasRow">Whether a row says the level; else the parameters for all others do.</param>
    public static string? Against(Routing routing, MailTransport transport, DestinationControl control, bool hasRow)
    {
        // postconf(5): wrapper mode needs a level of encrypt or stronger; with less Postfix does not deliver at all.
        var encrypts = DestinationValue.Encrypts(control);
        if (!encrypts && routing.ValueFor(transport, Wrapper) is { Length: > 0 } wrapper && wrapper != "no") return $"{Wrapper}={wrapper}";
        IEnumerable<string> names =
        [
            .. OfRows,
            .. hasRow ? [] : OfDefault,
            .. DestinationValue.Verifies(control) ? OfTrust : [],
            .. encrypts ? OfEncryption : [],
        ];
        return names.Where(transport.Options.ContainsKey).Select(n => $"-o {n}={transport.Options[n]}").FirstOrDefault();
    }
}
