using Cluster.Agent.Drivers.Refusals;
using Cluster.Agent.State;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.LdapClient;

/// <summary>What of the host's own files stands against the settings: it would undo them, or they could not be undone.</summary>
internal static class HostObjections
{
    private static readonly string[] Options = ["TLS_CERT", "TLS_KEY", "TLS_CACERT", "TLS_CACERTDIR", "TLS_REQCERT"];
    private static readonly string[] OptionsOfProtocols = [LdapTarget.Ciphers, "TLS_PROTOCOL_MIN", "TLS_PROTOCOL_MAX"];

    /// <summary>The objections of one file to LDAP settings.</summary>
    public static IEnumerable<PartProblem> Of(LdapTarget target, LdapSettings ldap) =>
        Of(target, Options, text => Presenting(target, text, ldap)).Select(m => PartProblem.OfHost(LdapContent.Item, m));

    /// <summary>The objections of one file to versions and ciphers.</summary>
    public static IEnumerable<PartProblem> OfProtocols(LdapTarget target) =>
        Of(target, OptionsOfProtocols, _ => []).Select(m => PartProblem.OfHost(LdapContent.Protocols, m));

    private static IEnumerable<string> Of(LdapTarget target, string[] options, Func<string, IEnumerable<string>> presenting)
    {
        string? text;
        try
        {
            text = OwnBlock.Without(HostText.Read(target.Path, target.User));
        }
        catch (IOException e)
        {
            return [e.Message];
        }

        return Unusable(target, options, text).Concat(text is null ? [] : presenting(text).Concat(WithoutTls(target, text)));
    }

    private static IEnumerable<string> Unusable(LdapTarget target, string[] options, string? text)
    {
        if (Privileges.Find(target.User) is null) yield return $"There is no user {target.User} on this host any more.";
        if (target.Map is not null && text is null) yield return $"{target.Path} is not there. Restore the map.";
        if (target.Map is null && !Directory.Exists(Path.GetDirectoryName(target.Path)))
            yield return $"User {target.User} has no home directory {Path.GetDirectoryName(target.Path)} to keep .ldaprc in.";
        if (target.Map is null && Other(target, options) is { } other) yield return other;
    }

    private static IEnumerable<string> Presenting(LdapTarget target, string text, LdapSettings ldap)
    {
        if (ldap.ClientCertificate is null && target.Find(text, "TLS_CERT") is not null)
            yield return
                $"{target.Path} presents a certificate of its own, and the settings name none. Take its lines out, or name a certificate.";
    }

    private static IEnumerable<string> WithoutTls(LdapTarget target, string text)
    {
        if (target.Map is null) yield break;
        var server = target.Find(text, "server_host") ?? "";
        if (!server.Contains("ldaps:", StringComparison.OrdinalIgnoreCase) && target.Find(text, "start_tls") != "yes")
            yield return
                $"{target.Path} connects without TLS (server_host names no ldaps: and start_tls is not yes), so that no certificate is "
                + "presented or checked, and no version or cipher counts.";
    }

    // A program that is started in its home reads this file after .ldaprc, as ./ldaprc.
    private static string? Other(LdapTarget target, string[] options)
    {
        var path = Path.Combine(Path.GetDirectoryName(target.Path)!, "ldaprc");
        try
        {
            var text = HostText.Read(path, target.User) ?? "";
            if (Array.Find(options, o => target.Find(text, o) is not null) is not { } option) return null;
            return $"{path} sets {option}, which a program that is started there reads after .ldaprc. Take the line out.";
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }
}
