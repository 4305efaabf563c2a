using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;

namespace Cluster.Testing.Nginx;

/// <summary>
/// A real nginx that serves MTA-STS policies by names, on a port of loopback, with certificates of an authority of its own. Stopped and
/// removed when disposed.
/// </summary>
public sealed class PolicyServer : IAsyncDisposable
{
    private readonly TestDirectory directory = new("policies");
    private readonly TestCa authority = new();
    private readonly NginxInstance nginx = NginxInstance.Create();

    private PolicyServer()
    {
    }

    /// <summary>Its port.</summary>
    public int Port => nginx.Port;

    /// <summary>Whom a client trusts.</summary>
    public X509Certificate2Collection Authorities => [X509Certificate2.CreateFromPem(authority.Root.ToPem())];

    /// <summary>How often a policy of a domain was asked for.</summary>
    public int Requests(string domain) =>
        File.Exists(directory["access"]) ? File.ReadAllLines(directory["access"]).Count(l => l == $"mta-sts.{domain}") : 0;

    /// <summary>Starts one that serves these.</summary>
    public static async Task<PolicyServer> StartAsync(params ServedPolicy[] policies)
    {
        var server = new PolicyServer();
        server.Write(policies);
        await server.nginx.StartAsync();
        return server;
    }

    /// <summary>Serves others from now on.</summary>
    public async Task ChangeAsync(params ServedPolicy[] policies)
    {
        await nginx.StopAsync();
        Write(policies);
        await nginx.StartAsync();
    }

    /// <summary>Ends it: nobody answers any more.</summary>
    public Task StopAsync() => nginx.StopAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await nginx.DisposeAsync();
        authority.Dispose();
        directory.Dispose();
    }

    private void Write(ServedPolicy[] policies) => nginx.Write(new NginxOptions
    {
        Http = $"log_format host '$host';\nserver_names_hash_bucket_size 128;",
        Others = string.Concat(policies.Select(Server)),
    });

    private string Server(ServedPolicy policy)
    {
        var host = $"mta-sts.{policy.Domain}";
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var order = authority.Leaf(key.Public, [policy.CertificateName ?? host], null);
        var leaf = authority.Issue(policy.IsExpired ? order with { NotAfter = order.NotBefore.AddHours(1) } : order);
        File.WriteAllText(directory[$"{policy.Domain}.pem"], authority.PemFor(leaf));
        File.WriteAllText(directory[$"{policy.Domain}.key"], PemEncoding.WriteString("PRIVATE KEY", key.ExportPkcs8()));
        var root = directory.Make(policy.Domain);
        File.WriteAllText(Path.Combine(root, "policy"), policy.Text);
        var answer = policy.Answer ?? $"types {{ }} default_type {policy.MediaType}; alias {root}/policy;";
        return $$"""
            server {
                listen 127.0.0.1:PORT ssl;
                server_name {{host}};
                ssl_certificate {{directory[$"{policy.Domain}.pem"]}};
                ssl_certificate_key {{directory[$"{policy.Domain}.key"]}};
                access_log {{directory["access"]}} host;
                location = /.well-known/mta-sts.txt { {{answer}} }
                location = /elsewhere { types { } default_type text/plain; alias {{root}}/policy; }
            }

            """;
    }
}

/// <summary>What is served for a domain.</summary>
/// <param name="Domain">The domain.</param>
/// <param name="Text">The policy.</param>
public sealed record ServedPolicy(string Domain, string Text)
{
    /// <summary>A policy with one host and the mode.</summary>
    public static ServedPolicy Of(string domain, string mode, int maxAge = 86_400) =>
        new(domain, $"version: STSv1\nmode: {mode}\nmx: mx.{domain}\nmax_age: {maxAge}\n");

    /// <summary>Content-Type.</summary>
    public string MediaType { get; init; } = "text/plain";

    /// <summary>What nginx does instead of serving the text; null = it serves it.</summary>
    public string? Answer { get; init; }

    /// <summary>Name in the certificate; null = the right one.</summary>
    public string? CertificateName { get; init; }

    /// <summary>Whether the certificate has expired.</summary>
    public bool IsExpired { get; init; }
}
