using System.Net.Sockets;
using Cluster.Verification.Guard;
using Cluster.Verification.Proof;
using Cluster.Verification.Tls;

namespace Cluster.Verification.Https;

/// <summary>
/// Looks at endpoints that speak TLS from the first byte on, as HTTPS does (RFC 9110, 4.2.2). The handshake is the test;
/// no request is sent.
/// </summary>
/// <param name="guard">Decides about the address.</param>
public sealed class HttpsWireProbe(IOutboundGuard guard) : IWireProbe
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<WireLook>> ProbeAsync(WireTarget target, int connections, CancellationToken ct)
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => OpenAsync(target, ct)));
        return await Task.WhenAll(opened.Select(o => LookAsync(o, target, ct)));
    }

    private async Task<Opened> OpenAsync(WireTarget target, CancellationToken ct)
    {
        using var limit = Limited(target, ct);
        try
        {
            return new Opened(await GuardedSocket.ConnectAsync(guard, target.EndPoint, limit.Token), null);
        }
        catch (Exception e) when (ProbeFailure.IsExpected(e) && !ct.IsCancellationRequested)
        {
            return new Opened(
                null, new WireLook($"{ProbeStages.Connect}: {ProbeFailure.Describe(e, target.StageTimeout)}", IsSilent: true, null));
        }
    }

    private static async Task<WireLook> LookAsync(Opened opened, WireTarget target, CancellationToken ct)
    {
        if (opened.Stream is not { } connection) return opened.Look!;
        using var limit = Limited(target, ct);
        try
        {
            var (tls, seen) = await TlsHandshake.BeginAsync(connection, target.Offer, limit.Token);
            await tls.DisposeAsync();
            return new WireLook(CertificateVerdict.Judge(target.Certificates, seen), IsSilent: false, seen);
        }
        catch (Exception e) when (ProbeFailure.IsExpected(e) && !ct.IsCancellationRequested)
        {
            return new WireLook($"{ProbeStages.Handshake}: {ProbeFailure.Describe(e, target.StageTimeout)}", IsSilent: false, null);
        }
    }

    private static CancellationTokenSource Limited(WireTarget target, CancellationToken ct)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(target.StageTimeout);
        return limit;
    }

    private sealed record Opened(NetworkStream? Stream, WireLook? Look);
}
