using System.Text;
using Cluster.Pki.Certificates;
using Cluster.Pki.Tests.Corpus;
using Xunit;

namespace Cluster.Pki.Tests.Findings;

/// <summary>Certificates made by openssl and certtool, each with one fault or none.</summary>
public sealed class RuleMaterial : IAsyncLifetime
{
    private const string Usable = "keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n";
    private const string Named = "subjectAltName=DNS:mx.example.org\n";
    private readonly CorpusDirectory directory = new();

    internal CertificateInfo Root => Certificate("root");

    internal CertificateInfo Intermediate => Certificate("intermediate");

    public async ValueTask InitializeAsync()
    {
        await Authority("root", "ec", "keyUsage=critical,keyCertSign,cRLSign", days: 7300);
        await Authority("other-root", "ec", "keyUsage=critical,keyCertSign,cRLSign", days: 7300);
        await Authority("wrong-root", "ec", "keyUsage=critical,digitalSignature", days: 7300);
        await Authority("weak-root", "rsa:1024", "keyUsage=critical,keyCertSign,cRLSign", days: 7300);
        await Version1("version-1-root", days: 7300);
        await Issue(
            "intermediate", "root", "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n", days: 1000);
        await Issue("short-intermediate", "root", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n", days: 20);
        await Leaf("good", Named + Usable);
        await Leaf("partial", "subjectAltName=DNS:m*.example.org,DNS:mx.example.org\n" + Usable);
        await Leaf("agreement", Named + "keyUsage=critical,keyAgreement\n");
        await Leaf("mail-only", Named + "extendedKeyUsage=emailProtection\n");
        await Leaf("long", Named + Usable, days: 900);
        await Leaf("weak", Named + Usable, key: "rsa:1024");
        await Leaf("edwards", Named + Usable, key: "ed25519");
        await Leaf("brainpool", Named + Usable, key: "ec:brainpoolP256r1");
        await Leaf("p384", Named + Usable, key: "ec:P-384");
        await Leaf("pss", Named + Usable, key: "rsa-pss");
        await Leaf("rsa", Named + Usable, key: "rsa:2048");
        await Leaf("malformed", Named + "keyUsage=DER:04:02:01:02\n");
        await Leaf("sha1", Named + Usable, digest: "-sha1");
        await Leaf("address-only", "subjectAltName=IP:192.0.2.1\n" + Usable);
        await Leaf("wildcard", "subjectAltName=DNS:*.example.org\n" + Usable);
        await Leaf("top-wildcard", "subjectAltName=DNS:*.org\n" + Usable);
        await Leaf("idn-partial", "subjectAltName=DNS:x*.example.org\n" + Usable);
        await Leaf("country-wildcard", "subjectAltName=DNS:mx.example.org,DNS:*.co.uk\n" + Usable);
        await Leaf("dotted", "subjectAltName=DNS:mx.example.org,DNS:mx2.example.org.\n" + Usable);
        await Leaf("dotted-only", "subjectAltName=DNS:mx2.example.org.\n" + Usable);
        await Leaf("stapled", Named + Usable + "tlsfeature=status_request\n");
        await Issue("under-root", "root", Named + Usable, days: 90);
        await Issue("under-short", "short-intermediate", Named + Usable, days: 90);
        await GnuTls("cn-only", "cn = mx.example.org\nexpiration_days = 90\nsigning_key\ntls_www_server\n", "intermediate");
        await GnuTls(
            "own",
            "cn = mx.example.org\ndns_name = mx.example.org\nexpiration_days = 90\nsigning_key\ntls_www_server\ntls_www_client\n",
            null);
        await GnuTls(
            "authority-leaf",
            "cn = mx.example.org\ndns_name = mx.example.org\nexpiration_days = 90\nca\nsigning_key\ncert_signing_key\n",
            "intermediate");
    }

    public ValueTask DisposeAsync()
    {
        directory.Dispose();
        return ValueTask.CompletedTask;
    }

    internal CertificateInfo Certificate(string name) =>
        CertificateInfo.TryReadPem(Encoding.ASCII.GetString(directory.Read($"{name}.pem")))
            ?? throw new InvalidOperationException($"{name} is unreadable.");

    /// <summary>Whether openssl verifies a leaf, for a host name if one is given.</summary>
    internal async Task<bool> OpenSslAcceptsAsync(string leaf, string? host, string authorities = "root")
    {
        try
        {
            string[] name = host is null ? [] : ["-verify_hostname", host];
            await directory.Run(
                "openssl", ["verify", "-CAfile", $"{authorities}.pem", "-untrusted", "intermediate.pem", .. name, $"{leaf}.pem"]);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private async Task Version1(string name, int days)
    {
        await directory.Run(
            "openssl",
            ["req", "-new", .. Key("ec"), "-nodes", "-keyout", $"{name}.key", "-out", $"{name}.csr", "-subj", $"/CN=Corpus {name}"]);
        await directory.Run(
            "openssl", ["x509", "-req", "-in", $"{name}.csr", "-signkey", $"{name}.key", "-days", $"{days}", "-out", $"{name}.pem"]);
    }

    private Task Authority(string name, string key, string usage, int days) => directory.Run("openssl", [
        "req",
        "-x509",
        .. Key(key),
        "-nodes",
        "-keyout",
        $"{name}.key",
        "-out",
        $"{name}.pem",
        "-subj",
        $"/CN=Corpus {name}",
        "-days",
        $"{days}",
        "-addext",
        "basicConstraints=critical,CA:TRUE",
        "-addext",
        usage]);

    private Task Leaf(string name, string extensions, int days = 90, string key = "ec", string digest = "-sha256") =>
        Issue(name, "intermediate", "basicConstraints=critical,CA:FALSE\n" + extensions, days, key, digest, "mx.example.org");

    private async Task Issue(
        string name, string issuer, string extensions, int days, string key = "ec", string digest = "-sha256", string? commonName = null)
    {
        directory.Write($"{name}.ext", extensions);
        await directory.Run(
            "openssl",
            [
                "req",
                "-new",
                .. Key(key),
                "-nodes",
                "-keyout",
                $"{name}.key",
                "-out",
                $"{name}.csr",
                "-subj",
                $"/CN={commonName ?? "Corpus " + name}"
            ]);
        await directory.Run(
            "openssl",
            [
                "x509",
                "-req",
                "-in",
                $"{name}.csr",
                "-CA",
                $"{issuer}.pem",
                "-CAkey",
                $"{issuer}.key",
                "-CAcreateserial",
                digest,
                "-days",
                $"{days}",
                "-extfile",
                $"{name}.ext",
                "-out",
                $"{name}.pem"
            ]);
    }

    private async Task GnuTls(string name, string template, string? issuer)
    {
        directory.Write($"{name}.tmpl", template);
        await directory.Run("certtool", ["--generate-privkey", "--ecc", "--curve", "secp256r1", "--outfile", $"{name}.key"]);
        string[] how = issuer is null
            ? ["--generate-self-signed"]
            : ["--generate-certificate", "--load-ca-certificate", $"{issuer}.pem", "--load-ca-privkey", $"{issuer}.key"];
        await directory.Run(
            "certtool", [.. how, "--load-privkey", $"{name}.key", "--template", $"{name}.tmpl", "--outfile", $"{name}.pem"]);
    }

    private static string[] Key(string kind) =>
        kind.Split(':') is ["ec", .. var curve]
            ? ["-newkey", "ec", "-pkeyopt", $"ec_paramgen_curve:{curve.FirstOrDefault() ?? "P-256"}"]
            : ["-newkey", kind];
}
