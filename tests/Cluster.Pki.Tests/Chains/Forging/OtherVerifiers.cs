using Cluster.Pki.Findings;
using Cluster.Pki.Tests.Corpus;

namespace Cluster.Pki.Tests.Chains.Forging;

/// <summary>What other implementations say of a forged chain whose root they trust.</summary>
internal sealed class OtherVerifiers : IDisposable
{
    private const string Program = """
        import java.io.*; import java.security.*; import java.security.cert.*; import java.util.*; import javax.net.ssl.*;
        public class Verify {
          public static void main(String[] a) throws Exception {
            CertificateFactory f = CertificateFactory.getInstance("X.509");
            for (int i = 0; i < a.length; i++) {
              KeyStore store = KeyStore.getInstance("PKCS12");
              store.load(null, null);
              store.setCertificateEntry("root", f.generateCertificate(new FileInputStream(i + "-root.pem")));
              List<X509Certificate> chain = new ArrayList<>();
              for (java.security.cert.Certificate c : f.generateCertificates(new FileInputStream(i + "-chain.pem")))
                chain.add((X509Certificate) c);
              TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
              factory.init(store);
              X509TrustManager manager = (X509TrustManager) factory.getTrustManagers()[0];
              X509Certificate[] served = chain.toArray(new X509Certificate[0]);
              try {
                if (a[i].equals("server")) manager.checkServerTrusted(served, "ECDHE_ECDSA");
                else manager.checkClientTrusted(served, "EC");
                System.out.println("accepts");
              } catch (CertificateException e) { System.out.println("refuses"); }
            }
          }
        }
        """;

    private readonly CorpusDirectory directory = new();

    public async Task<bool> OpenSslAsync(ForgedChain chain, BindingRole role)
    {
        Write(chain);
        string[] untrusted = chain.Intermediates.Count == 0 ? [] : ["-untrusted", "untrusted.pem"];
        var (purpose, at) = (role == BindingRole.Server ? "sslserver" : "sslclient", $"{chain.Now.ToUnixTimeSeconds()}");
        return await AcceptsAsync(
            "openssl", ["verify", "-CAfile", "root.pem", "-attime", at, "-purpose", purpose, .. untrusted, "leaf.pem"]);
    }

    public async Task<bool> GnuTlsAsync(ForgedChain chain, BindingRole role)
    {
        Write(chain);
        var purpose = role == BindingRole.Server ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2";
        return await AcceptsAsync(
            "certtool", "--verify", "--verify-purpose", purpose, "--load-ca-certificate", "root.pem", "--infile", "chain.pem");
    }

    /// <summary>All at once: it takes a second to start.</summary>
    public async Task<IReadOnlyList<bool>> JavaAsync(IReadOnlyList<(ForgedChain Chain, BindingRole Role)> chains)
    {
        for (var i = 0; i < chains.Count; i++) Write(chains[i].Chain, $"{i}-");
        directory.Write("Verify.java", Program);
        var text = await directory.Run(
            "java", ["Verify.java", .. chains.Select(c => c.Role == BindingRole.Server ? "server" : "client")]);
        return [.. text.Split('\n').Where(l => l is "accepts" or "refuses").Select(l => l == "accepts")];
    }

    public void Dispose() => directory.Dispose();

    private void Write(ForgedChain chain, string prefix = "")
    {
        directory.Write($"{prefix}root.pem", chain.Root.ToPem());
        directory.Write($"{prefix}leaf.pem", chain.Leaf.ToPem());
        directory.Write($"{prefix}untrusted.pem", string.Concat(chain.Intermediates.Select(c => c.ToPem())));
        directory.Write($"{prefix}chain.pem", string.Concat(chain.Intermediates.Prepend(chain.Leaf).Select(c => c.ToPem())));
    }

    private async Task<bool> AcceptsAsync(string program, params string[] arguments)
    {
        try
        {
            await directory.Run(program, arguments);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
