using System.Security.Cryptography.X509Certificates;

namespace Cluster.Testing.Network;

/// <summary>A zone of <see cref="SignedDns"/>. Its parent is the longest other zone that it is below, else the root.</summary>
/// <param name="Name">Its name without the dot at the end.</param>
/// <param name="Records">Records as in a zone file, names relative to the zone; SOA, NS and addresses of hosts are made.</param>
public sealed record DnsZone(string Name, params string[] Records)
{
    /// <summary>Whether it is signed, with a DS record at its parent; else it is insecure, as most domains are.</summary>
    public bool Signed { get; init; } = true;

    /// <summary>Types of records whose signatures do not fit, as after a mistake of who signs or when somebody changed an answer.</summary>
    public IReadOnlyList<string> Bogus { get; init; } = [];

    internal string Origin => Name.Length == 0 ? "." : Name + ".";

    internal string FileName => "zone-" + (Name.Length == 0 ? "root" : Name);

    /// <summary>The TLSA record 3 1 1 of a certificate for SMTP on port 25 of a host, whose name is relative to the zone.</summary>
    public static string Tlsa(string host, X509Certificate2 certificate) => Tlsa(host, "3 1 1", certificate);

    /// <summary>A TLSA record with the SHA-256 of the key of a certificate.</summary>
    /// <param name="host">A host, whose name is relative to the zone.</param>
    /// <param name="kind">Usage, selector and matching type.</param>
    /// <param name="certificate">The certificate.</param>
    public static string Tlsa(string host, string kind, X509Certificate2 certificate)
    {
        var key = System.Security.Cryptography.SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo());
        return $"_25._tcp.{host} TLSA {kind} {Convert.ToHexString(key)}";
    }

    internal bool Holds(string name) =>
        Name.Length == 0 || name == Name || name.EndsWith("." + Name, StringComparison.Ordinal);
}
