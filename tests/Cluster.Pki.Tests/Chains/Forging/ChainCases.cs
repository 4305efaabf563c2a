using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Findings;
using Xunit;

namespace Cluster.Pki.Tests.Chains.Forging;

/// <summary>Chains with one fault or none, and who accepts them; each program is run once for all of them.</summary>
public sealed class ChainCases : IAsyncLifetime
{
    internal const string Server = "1.3.6.1.5.5.7.3.1";
    internal const string Client = "1.3.6.1.5.5.7.3.2";
    internal const string Mail = "1.3.6.1.5.5.7.3.4";
    internal const string Any = "2.5.29.37.0";

    // The programs have the time of the machine.
    internal static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    internal static readonly CertificatePlan Root = CertificatePlan.Authority("Root");
    internal static readonly CertificatePlan Upper = CertificatePlan.Authority("Upper");
    internal static readonly CertificatePlan Lower = CertificatePlan.Authority("Lower");
    internal static readonly CertificatePlan Leaf = CertificatePlan.Leaf;
    /// <summary>Name, chain, role, code (or none), and who accepts: O penSSL, G nuTLS, J ava.</summary>
    internal static readonly IReadOnlyList<(string Name, CertificatePlan[] Chain, BindingRole Role, string Code, string Accept)> All =
    [
        ("good server", [Root, Upper, Lower, Leaf], BindingRole.Server, "", "OGJ"),
        ("good client", [Root, Upper, Lower, Leaf], BindingRole.Client, "", "OGJ"),
        ("server only", [Root, Upper with { ExtendedKeyUsage = [Server] }, Leaf], BindingRole.Server, "", "OGJ"),
        ("server only as client", [Root, Upper with { ExtendedKeyUsage = [Server] }, Leaf], BindingRole.Client,
            "chain-extended-key-usage", "J"),
        ("server only, deeper", [Root, Upper with { ExtendedKeyUsage = [Server] }, Lower, Leaf], BindingRole.Client,
            "chain-extended-key-usage", "J"),
        ("any usage", [Root, Upper with { ExtendedKeyUsage = [Any] }, Leaf], BindingRole.Server, "chain-extended-key-usage", "J"),
        ("root for servers", [Root with { ExtendedKeyUsage = [Server] }, Upper, Leaf], BindingRole.Client,
            "chain-extended-key-usage", "GJ"),
        ("not permitted", [Root, Upper with { Permitted = ["dns:example.net"] }, Leaf], BindingRole.Server, "chain-name-constraints", ""),
        ("not permitted, deeper", [Root, Upper with { Permitted = ["dns:example.net"] }, Lower, Leaf], BindingRole.Server,
            "chain-name-constraints", ""),
        ("excluded", [Root, Upper with { Excluded = ["dns:example.org"] }, Leaf], BindingRole.Server, "chain-name-constraints", ""),
        ("permitted", [Root, Upper with { Permitted = ["dns:EXAMPLE.org"] }, Leaf], BindingRole.Server, "", "OGJ"),
        ("half a label permitted", [Root, Upper with { Permitted = ["dns:ample.org"] }, Leaf], BindingRole.Server,
            "chain-name-constraints", ""),
        ("mail of another host", [Root, Upper with { Permitted = ["email:example.org"] }, Leaf with { Emails = ["a@b.example.org"] }],
            BindingRole.Server, "chain-name-constraints", ""),
        ("other kind of name", [Root, Upper with { Permitted = ["email:example.net"] }, Leaf], BindingRole.Server, "", "OGJ"),
        ("address not permitted", [Root, Upper with { Permitted = ["ip:C0000200FFFFFF00"] }, Leaf with { Addresses = ["198.51.100.1"] }],
            BindingRole.Server, "chain-name-constraints", ""),
        ("address permitted", [Root, Upper with { Permitted = ["ip:C0000200FFFFFF00"] }, Leaf with { Addresses = ["192.0.2.7"] }],
            BindingRole.Server, "", "OGJ"),
        ("CN not permitted", [Root, Upper with { Permitted = ["dns:example.net"] }, Leaf with { DnsNames = [] }], BindingRole.Server,
            "chain-name-constraints", ""),
        ("root permits others", [Root with { Permitted = ["dns:example.net"] }, Upper, Leaf], BindingRole.Server,
            "chain-name-constraints", "J"),
        ("too deep", [Root, Upper with { PathLength = 0 }, Lower, Leaf], BindingRole.Server, "chain-path-length", ""),
        ("too deep for the root", [Root with { PathLength = 0 }, Upper, Leaf], BindingRole.Server, "chain-path-length", "J"),
        ("deep enough", [Root with { PathLength = 1 }, Upper with { PathLength = 0 }, Leaf], BindingRole.Server, "", "OGJ"),
        ("no authority", [Root, Upper with { IsCa = false }, Leaf], BindingRole.Server, "chain-not-an-authority", ""),
        ("no basicConstraints", [Root, Upper with { IsCa = null }, Leaf], BindingRole.Server, "chain-not-an-authority", ""),
        ("no basicConstraints in root", [Root with { IsCa = null }, Upper, Leaf], BindingRole.Server, "chain-not-an-authority", "OG"),
        ("leaf for any use", [Root, Upper, Leaf with { ExtendedKeyUsage = [Any] }], BindingRole.Server, "extended-key-usage", "GJ"),
        ("leaf for any use as client", [Root, Upper, Leaf with { ExtendedKeyUsage = [Any] }], BindingRole.Client,
            "extended-key-usage", "GJ"),
        ("may not sign", [Root, Upper with { KeyUsage = X509KeyUsageFlags.CrlSign }, Leaf], BindingRole.Server,
            "chain-not-an-authority", ""),
        ("other key named", [Root, Upper, Leaf with { Named = NamedIssuer.ByOtherKey }], BindingRole.Server, "chain-authority-key", "J"),
        ("other key named, deeper", [Root, Upper, Lower with { Named = NamedIssuer.ByOtherKey }, Leaf], BindingRole.Server,
            "chain-authority-key", "J"),
        ("serial named", [Root, Upper, Leaf with { Named = NamedIssuer.BySerial }], BindingRole.Server, "", "OGJ"),
        ("other serial named", [Root, Upper, Leaf with { Named = NamedIssuer.ByOtherSerial }], BindingRole.Server,
            "chain-authority-key", "GJ"),
        ("root names other key", [Root with { Named = NamedIssuer.ByOtherKey }, Upper, Leaf], BindingRole.Server,
            "chain-authority-key", "GJ"),
        ("critical in leaf", [Root, Upper, Leaf with { Critical = "1.2.3.4.5" }], BindingRole.Server, "chain-critical-extension", ""),
        ("critical above", [Root, Upper with { Critical = "1.2.3.4.5" }, Leaf], BindingRole.Server, "chain-critical-extension", ""),
        ("critical in root", [Root with { Critical = "1.2.3.4.5" }, Upper, Leaf], BindingRole.Server, "chain-critical-extension", "J"),
        ("signature of leaf", [Root, Upper, Leaf with { BreakSignature = true }], BindingRole.Server, "chain-signature", ""),
        ("signature above", [Root, Upper with { BreakSignature = true }, Leaf], BindingRole.Server, "chain-signature", ""),
        ("name in capitals", [Root, Upper with { IssuerWritten = "CN=ROOT, O=example  trust" }, Leaf], BindingRole.Server,
            "chain-name-form", "OJ"),
    ];

    private readonly Dictionary<string, string> accepted = new(StringComparer.Ordinal);

    /// <summary>Who accepts a chain: letters as in the table.</summary>
    internal string Accepted(string name) => accepted[name];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        using var others = new OtherVerifiers();
        List<(ForgedChain Chain, BindingRole Role)> chains = [.. All.Select(c => (new ForgedChain(c.Chain, Now), c.Role))];
        var byJava = await others.JavaAsync(chains);
        for (var i = 0; i < chains.Count; i++)
        {
            var (chain, role) = chains[i];
            accepted[All[i].Name] = (await others.OpenSslAsync(chain, role) ? "O" : "")
                + (await others.GnuTlsAsync(chain, role) ? "G" : "")
                + (byJava[i] ? "J" : "");
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
