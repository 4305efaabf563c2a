using System.Text;
using Cluster.Agent.Drivers.Protocols;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Nginx.Rendering;

/// <summary>The directives that a server includes.</summary>
internal static class Snippet
{
    private static readonly string[] OfProtocols = ["ssl_protocols", "ssl_ciphers", "ssl_prefer_server_ciphers"];

    /// <summary>Writes it.</summary>
    /// <param name="management">Name of the interface.</param>
    /// <param name="pem">Path of key and chain, as nginx shall read it.</param>
    /// <param name="block">Versions and ciphers; null = the administrator's.</param>
    /// <param name="isRecent">Whether this nginx has all the directives.</param>
    public static byte[] Write(string management, string pem, TlsProtocolBlock? block, bool isRecent)
    {
        var text = new StringBuilder();
        text.Append("# Interface ").Append(management).Append(": written by cluster-agent, which puts changes back or reports them.\n");
        Add(text, "ssl_certificate", pem);
        Add(text, "ssl_certificate_key", pem);

        // So that the http block can turn clients away for as long as nothing is applied.
        if (isRecent) Add(text, "ssl_reject_handshake", "off");
        if (block is not null) Add(text, block);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Directives of it that nginx takes once a block, of those that a block of TLS protocols adds.</summary>
    public static IEnumerable<string> Once(TlsProtocolBlock block) =>
        OfProtocols.Where(d => d == OfProtocols[0] || (d == OfProtocols[1] ? HasOld(block) : block.Ciphers is not null));

    private static bool HasOld(TlsProtocolBlock block) => ProtocolText.Ciphers(block, ofTls13: false).Length > 0;

    private static void Add(StringBuilder text, TlsProtocolBlock block)
    {
        Add(text, "ssl_protocols", ProtocolText.Versions(block));
        if (HasOld(block)) Add(text, "ssl_ciphers", ProtocolText.Ciphers(block, ofTls13: false));
        if (ProtocolText.Ciphers(block, ofTls13: true) is { Length: > 0 } suites) Add(text, "ssl_conf_command", "Ciphersuites " + suites);
        if (block.Ciphers is not null) Add(text, "ssl_prefer_server_ciphers", "on");
    }

    private static void Add(StringBuilder text, string name, string value) => text.Append(name).Append(' ').Append(value).Append(";\n");
}
