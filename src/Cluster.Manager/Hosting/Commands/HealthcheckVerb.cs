using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using Cluster.Manager.Hosting.Endpoints;

namespace Cluster.Manager.Hosting.Commands;

/// <summary><c>healthcheck</c>: asks the manager on this host whether it is ready, for containers and supervisors.</summary>
internal sealed class HealthcheckVerb : IManagerVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public Command Make(ManagerCommandLine line) =>
        line.Verb("healthcheck", "Asks the manager on this host whether it is ready; exit code 8 when nobody answers.", RunAsync);

    private static async Task<int> RunAsync(ManagerOptions options, ParseResult parsed, CancellationToken ct)
    {
        var address = EndpointAddress.Parse(options.Rest);
        var host = address.Host is "*" or "0.0.0.0" or "::" ? "127.0.0.1" : address.Host;
        try
        {
            using var http = Client(options);
            using var answer = await http.GetAsync(new UriBuilder("https", host, address.Port, "/healthz/ready").Uri, ct);
            await Console.Out.WriteLineAsync(await answer.Content.ReadAsStringAsync(ct));
            return answer.IsSuccessStatusCode ? ExitCodes.Ok : ExitCodes.Failure;
        }
        catch (Exception e) when (e is HttpRequestException
            or TaskCanceledException
            or IOException
            or System.Security.Cryptography.CryptographicException)
        {
            await Console.Error.WriteLineAsync($"The manager at {host}:{address.Port} does not answer: {e.Message}");
            return ExitCodes.Unreachable;
        }
    }

    // The address may stand in no certificate (a bind address in a container), so the chain is checked and the name is not.
    private static HttpClient Client(ManagerOptions options)
    {
        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPemFile(options.RestCertificateFile ?? options.PathOf("ca.pem"));
        var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, leaf, sent, _) => leaf is not null && Leads(leaf, sent, trusted)
        };
        return new HttpClient(handler) { Timeout = Patience };
    }

    private static bool Leads(X509Certificate2 leaf, X509Chain? sent, X509Certificate2Collection trusted)
    {
        if (trusted.Any(t => t.RawDataMemory.Span.SequenceEqual(leaf.RawDataMemory.Span))) return true;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(leaf);
    }
}
