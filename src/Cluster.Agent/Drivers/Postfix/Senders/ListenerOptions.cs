using Cluster.Agent.Drivers.Postfix.Rendering;

namespace Cluster.Agent.Drivers.Postfix.Senders;

/// <summary>
/// The options that a listener's entry in master.cf has from us: each names a parameter of main.cf. What means something else has another
/// name there, so that while one file is new and the other old, each line finds the value that it was written for.
/// </summary>
internal static class ListenerOptions
{
    private const string Option = "-o ";

    private static readonly string[] Known =
    [
        "smtpd_tls_security_level", "smtpd_tls_chain_files", "smtpd_tls_req_ccert", "smtpd_tls_ask_ccert", "smtpd_tls_CAfile",
        "smtpd_tls_CApath", "tls_append_default_CA", "tls_server_sni_maps", "smtpd_tls_auth_only", "smtpd_restriction_classes",
        "smtpd_client_restrictions", "smtpd_sender_restrictions", "smtpd_data_restrictions", "smtpd_end_of_data_restrictions",
        "plaintext_reject_code", "smtpd_discard_ehlo_keyword_address_maps",
        "smtpd_tls_protocols", "smtpd_tls_mandatory_protocols", "smtpd_tls_ciphers", "smtpd_tls_mandatory_ciphers",
        "tls_high_cipherlist", "tls_preempt_cipherlist",
    ];

    /// <summary>The options, parameter and the name of ours in main.cf.</summary>
    /// <param name="listener">The listener.</param>
    /// <param name="placement">Where its look-ups go; null = it has none.</param>
    public static IEnumerable<(string Parameter, string Name)> Of(ListenerPlan listener, SenderPlacement? placement)
    {
        var key = listener.Key;
        yield return ("smtpd_tls_security_level", listener.LevelName);
        yield return ("smtpd_tls_chain_files", PostfixNames.Chain(key));
        if (listener.VerifiesClients) yield return ("smtpd_tls_req_ccert", PostfixNames.ClientRequired(key));
        if (listener.Senders is { VerifiesSome: true }) yield return ("smtpd_tls_ask_ccert", PostfixNames.ClientAsked(key));
        if (listener.TrustsClients)
        {
            yield return ("smtpd_tls_CAfile", PostfixNames.ClientAuthorities(key));
            yield return ("smtpd_tls_CApath", PostfixNames.ClientAuthoritiesDirectory(key));
            yield return ("tls_append_default_CA", PostfixNames.ClientAppendsDefault(key));
        }

        if (listener.ByName.Count > 0) yield return ("tls_server_sni_maps", PostfixNames.ServerNames(key));
        if (listener.TlsForAuth) yield return ("smtpd_tls_auth_only", PostfixNames.TlsForAuth(key));
        foreach (var option in listener.Protocols is { } block ? ProtocolParameters.OptionsOf(block) : []) yield return option;
        if (listener.Senders is not { } senders || placement is null) yield break;
        if (senders.Restricts)
        {
            yield return ("smtpd_restriction_classes", PostfixNames.RestrictionClasses(key));
            yield return (placement.AtRecipient, PostfixNames.Restrictions(key, placement.AtRecipient));
            yield return (placement.AtData, PostfixNames.Restrictions(key, placement.AtData));
            yield return ("plaintext_reject_code", PostfixNames.PlaintextCode(key));
        }

        if (senders.DividesOff) yield return ("smtpd_discard_ehlo_keyword_address_maps", PostfixNames.KeywordMaps(key));
    }

    /// <summary>The lines of an entry.</summary>
    public static string Lines(ListenerPlan listener, SenderPlacement? placement) =>
        string.Concat(Of(listener, placement).Select(o => $"  {Option}{o.Parameter}=${o.Name}\n"));

    /// <summary>Whether a line of an entry is ours.</summary>
    public static bool IsOurs(string line)
    {
        var text = line.Trim();
        return Known.Any(p => text.StartsWith($"{Option}{p}=${PostfixNames.Prefix}", StringComparison.Ordinal));
    }
}
