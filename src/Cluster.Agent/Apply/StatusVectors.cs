using Cluster.Agent.Drivers;
using Cluster.Contracts.Machines;
using Cluster.Protocol.V1;
using Google.Protobuf;

namespace Cluster.Agent.Apply;

/// <summary>Turns what the host knows into what the protocol says.</summary>
internal static class StatusVectors
{
    private const int MaximumText = 64 * 1024;

    /// <summary>The whole state, without its sequence number.</summary>
    public static StatusVector Of(HostState state)
    {
        var vector = new StatusVector { LocalProblem = state.Problem };
        if (state.Hold is { } hold)
            vector.Hold = new Hold { Since = hold.Since.ToUnixTimeMilliseconds(), Until = hold.Until?.ToUnixTimeMilliseconds() ?? 0 };
        foreach (var service in state.Drivers.Keys.Order(StringComparer.Ordinal)) vector.Services.Add(Of(service, state));
        return vector;
    }

    /// <summary>What a driver said of a service.</summary>
    public static ServiceAnnouncement Of(Configuration.LocalService service, ServiceDescription description)
    {
        var announcement = new ServiceAnnouncement
        {
            Name = service.Name,
            Driver = service.Driver,
            SoftwareVersion = description.SoftwareVersion
        };
        announcement.Kinds.AddRange(description.Kinds);
        announcement.Features.AddRange(description.Features);
        announcement.Features.Add(Contracts.Bundles.Features.DriftRepair);
        announcement.Endpoints.AddRange((service.Endpoints ?? [])
            .OrderBy(e => e.Kind, StringComparer.Ordinal).ThenBy(e => e.Name, StringComparer.Ordinal)
            .Select(e => new Endpoint { Kind = e.Kind, Name = e.Name, Address = e.Address, Port = (uint)e.Port }));
        return announcement;
    }

    private static ServiceStatus Of(string service, HostState state)
    {
        var record = state.Told(service);
        var status = new ServiceStatus
        {
            Name = service,
            Running = state.IsRunning(service),
            Applying = state.IsApplying(service),
            Plan = Cut(record.Plan)
        };
        if (record.Applied is { } applied)
        {
            status.Applied = new Applied
            {
                PartSha256 = FromHex(applied.Part),
                Number = applied.Number,
                Revision = applied.Revision,
                At = applied.At.ToUnixTimeMilliseconds()
            };
        }

        if (record.Attempted is { } attempted) status.Attempted = Of(attempted);
        if (record.Verified is { } verified) status.Verified = Of(verified);
        status.Drift.AddRange(record.Drift.Select(Of));
        status.Warnings.AddRange(record.Warnings.Select(Cut));
        status.Refused.AddRange(
            record.Refused.Select(
                r => new Protocol.V1.RefusedItem { Kind = r.Kind, Name = r.Name, Code = r.Code, Message = Cut(r.Message) }));
        return status;
    }

    private static Drift Of(DriftFact fact)
    {
        var drift = new Drift { Path = fact.Path, What = Cut(fact.What), Since = fact.Since.ToUnixTimeMilliseconds() };
        if (fact.Sides is not { } sides) return drift;
        drift.Kind = sides.Kind ?? "";
        drift.Name = sides.Name ?? "";
        drift.Intended = Cut(sides.Intended ?? "");
        drift.OnDisk = Cut(sides.OnDisk ?? "");
        drift.OnWire = Cut(sides.OnWire ?? "");
        drift.FileModifiedAt = sides.FileModifiedAt?.ToUnixTimeMilliseconds() ?? 0;
        drift.FileOwner = sides.FileOwner ?? "";
        return drift;
    }

    private static Attempted Of(AttemptedFact fact)
    {
        var attempted = new Attempted
        {
            PartSha256 = FromHex(fact.Part),
            Number = fact.Number,
            Revision = fact.Revision,
            At = fact.At.ToUnixTimeMilliseconds(),
            Attempt = fact.Attempt
        };
        if (fact.Error is { } error)
        {
            attempted.Error = new ApplyError
            {
                Code = error.Code,
                Kind = error.Kind == ApplyFailureKind.Transient ? FailureKind.Transient : FailureKind.Final,
                Check = error.Check,
                Message = Cut(error.Message),
            };
        }

        return attempted;
    }

    private static Verified Of(VerifiedFact fact)
    {
        var verified = new Verified
        {
            PartSha256 = FromHex(fact.Part),
            Number = fact.Number,
            Revision = fact.Revision,
            At = fact.At.ToUnixTimeMilliseconds(),
            Method = Of(fact.Proof.Method),
            Detail = Cut(fact.Proof.Detail),
        };
        verified.Endpoints.AddRange(fact.Proof.Endpoints.Select(e => new EndpointProof
        {
            Kind = e.Kind,
            Name = e.Name,
            Address = e.Address,
            Port = (uint)e.Port,
            Method = Of(e.Method),
            At = e.At.ToUnixTimeMilliseconds(),
            LeafSha256 = e.LeafSha256 is null ? ByteString.Empty : FromHex(e.LeafSha256),
            SerialNumber = e.SerialNumber ?? "",
            Protocol = e.Protocol ?? "",
            Detail = Cut(e.Detail),
        }));
        return verified;
    }

    private static ProofMethod Of(VerificationMethod method) => method switch
    {
        VerificationMethod.Wire => ProofMethod.Wire,
        VerificationMethod.Loaded => ProofMethod.Loaded,
        VerificationMethod.Pending => ProofMethod.Pending,
        _ => ProofMethod.NotCheckable,
    };

    private static string Cut(string text) => text.Length <= MaximumText ? text : text[..MaximumText];

    private static ByteString FromHex(string hex) => ByteString.CopyFrom(Convert.FromHexString(hex));
}
