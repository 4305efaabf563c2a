using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cluster.Verification.Dns;
using Cluster.Verification.Guard;
using DnsClient;

namespace Cluster.Verification.Published;

/// <summary>
/// Fetches the MTA-STS policy of a domain (RFC 8461, 3.3): HTTPS with a certificate for exactly that host, status 200, text/plain, nothing
/// followed, nothing kept.
/// </summary>
/// <param name="records">Who is asked for the addresses of the host.</param>
/// <param name="reach">Where it may connect to, and whom it trusts.</param>
internal sealed class MtaStsFetch(RecordLookup records, PublishedReach reach)
{
    private const string Host = "mta-sts";
    private const string PolicyPath = "/.well-known/mta-sts.txt";
    private const int MostHeaderKilobytes = 16;
    private const int MostAddresses = 4;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);

    /// <summary>Fetches it.</summary>
    /// <param name="domain">A-labels.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<MtaStsPolicyRead> GetAsync(string domain, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        var host = $"{Host}.{domain}";
        try
        {
            using var client = new HttpClient(Handler(host), disposeHandler: true) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
            using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder("https", host, reach.Port, PolicyPath).Uri);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (response.StatusCode != HttpStatusCode.OK) return Failed(host, $"it answered with status {(int)response.StatusCode}");
            if (response.Content.Headers.ContentType?.MediaType is not "text/plain") return Failed(host, "its answer is not text/plain");
            return await ReadAsync(host, response, limit.Token);
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException || ProbeFailure.IsExpected(e))
        {
            ct.ThrowIfCancellationRequested();
            return Failed(host, ProbeFailure.Describe(e, Limit));
        }
    }

    private static async Task<MtaStsPolicyRead> ReadAsync(string host, HttpResponseMessage response, CancellationToken ct)
    {
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        var buffer = new byte[MtaStsPolicy.MostBytes + 1];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        var read = MtaStsPolicy.Read(buffer.AsSpan(0, length));
        return read.Policy is null ? Failed(host, read.Problem) : read;
    }

    private SocketsHttpHandler Handler(string host) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        MaxResponseHeadersLength = MostHeaderKilobytes,
        ConnectCallback = async (_, ct) => await ConnectAsync(host, ct),
        SslOptions = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = ChainPolicy(),
        },
    };

    // Nothing else is fetched on the way: neither lists of revoked certificates nor missing intermediates.
    private X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (reach.Authorities is not { } authorities) return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private async Task<Stream> ConnectAsync(string host, CancellationToken ct)
    {
        Exception? last = null;
        foreach (var address in (await AddressesAsync(host, ct)).Take(MostAddresses))
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(ConnectLimit);
            try
            {
                return await GuardedSocket.ConnectAsync(reach.Guard, new IPEndPoint(address, reach.Port), limit.Token);
            }
            catch (Exception e) when (e is SocketException or OutboundRefusedException or OperationCanceledException)
            {
                ct.ThrowIfCancellationRequested();
                last = e;
            }
        }

        throw new IOException(last is null ? "it has no address" : $"it cannot be connected to: {last.Message}");
    }

    private async Task<IReadOnlyList<IPAddress>> AddressesAsync(string host, CancellationToken ct)
    {
        var four = await records.QueryAsync(host, QueryType.A, ct);
        var six = await records.QueryAsync(host, QueryType.AAAA, ct);
        return [.. four.Records.ARecords().Select(r => r.Address), .. six.Records.AaaaRecords().Select(r => r.Address)];
    }

    private static MtaStsPolicyRead Failed(string host, string why) => new(null, $"{host}: {why}");
}
