using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Protocols;
using Cluster.Contracts.Settings;
using Cluster.Verification.Guard;
using Cluster.Verification.Smtp;
using Cluster.Verification.Tls;

namespace Cluster.Agent.Drivers.Postfix.Proof;

/// <summary>Asks a listener for each version and suite of TLS.</summary>
internal static class ListenerRange
{
    /// <summary>What it takes otherwise than a block says; null = nothing.</summary>
    /// <param name="guard">Decides about the address.</param>
    /// <param name="plan">The listener.</param>
    /// <param name="block">The block.</param>
    /// <param name="target">Where and as whom it is asked; of the limits that for stages holds for each question.</param>
    /// <param name="ct">Stops it.</param>
    public static Task<string?> LookAsync(
        IOutboundGuard guard, ListenerPlan plan, TlsProtocolBlock block, SmtpTlsTarget target, CancellationToken ct) =>
        new TlsRangeProbe(t => SmtpTlsStart.OpenAsync(guard, target, t), target.StageTimeout)
            .LookAsync(ProtocolText.Range(block, plan.Certificates), serverName: null, ct);
}
