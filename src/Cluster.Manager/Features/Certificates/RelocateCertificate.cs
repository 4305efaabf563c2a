using System.Text.Json;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Settings;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Certificates;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Copies the current version, or moves all versions and open requests, to another level; keys are the cluster's and stay.</summary>
internal sealed class RelocateCertificate(CertificateItemWrites writes, VersionRows versions, SigningRequests.RequestRows requests)
{
    public static void Map(IEndpointRouteBuilder certificates)
    {
        MapOne(certificates, "copy", "Copies the current version to another level.", move: false);
        MapOne(certificates, "move", "Moves the certificate with all versions and open requests to another level.", move: true);
    }

    private static void MapOne(IEndpointRouteBuilder certificates, string verb, string summary, bool move) => certificates
        .MapPost($"/{{name}}/{verb}", (HttpContext context, RelocateCertificate relocation) => relocation.HandleAsync(context, verb, move))
        .RequireAuthorization(Policies.Operator)
        .Operation($"{verb}Certificate", summary)
        .Body<RelocationRequest>(Relocation.Example)
        .Returns<CertificateShape>(StatusCodes.Status200OK, CertificateResponse.Example)
        .Returns<CertificateShape>(StatusCodes.Status201Created)
        .LevelAndAcknowledge()
        .Stageable();

    private async Task<IResult> HandleAsync(HttpContext context, string verb, bool move)
    {
        var body = await context.ReadAsync(RelocationJson.Default.RelocationRequest);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        return await writes.RunAsync(context, verb, async (target, ct) =>
        {
            var edits = await Relocation.ToEditsAsync(SettingsKinds.Certificates, target, body.Value, move, ct);
            if (!edits.Succeeded || target.Current is not { Hidden: false } item) return edits;
            var to = await ItemLevel.FindWritableAsync(target.Db, target.Write.ClusterId, body.Value.ToLevel, ct);
            var number = await TakeAlongAsync(target, item.Document!.Read<CertificateSettings>().Version, to.Value, move, ct);
            return number.Succeeded ? Outcome.Of<IReadOnlyList<StagedEdit>>([WithVersion(edits.Value[0], number.Value), .. edits.Value.Skip(1)]) : number.Failure;
        });
    }

    // Rows of the old level stay: revisions before the move still point to them.
    private async Task<Outcome<int>> TakeAlongAsync(WriteTarget target, int current, ItemLevel to, bool move, CancellationToken ct)
    {
        var (db, cluster) = (target.Db, target.Write.ClusterId);
        var rows = await VersionRows.Of(db, cluster, target.Level, target.Name).AsNoTracking()
            .Where(v => v.DestroyedAt == null && (move || v.Number == current))
            .OrderBy(v => v.Number)
            .ToListAsync(ct);
        if (await versions.Quotas.CheckVersionsAsync(db, cluster, to, target.Name, rows.Count, ct) is { } full) return full;
        var number = 0;
        foreach (var row in rows)
        {
            var copy = await versions.CopyAsync(db, row, to, ct);
            if (row.Number == current) number = copy.Number;
        }

        if (number == 0) return CertificateFailures.Destroyed(current);
        return move && await CopyRequestsAsync(target, to, ct) is { } many ? many : number;
    }

    private async Task<Failure?> CopyRequestsAsync(WriteTarget target, ItemLevel to, CancellationToken ct)
    {
        var (db, cluster, kind, id, name) = (target.Db, target.Write.ClusterId, target.Level.Kind, target.Level.Id, target.Name);
        var open = await db.SigningRequests.AsNoTracking().Where(r => r.ClusterId == cluster && r.LevelKind == kind && r.LevelId == id && r.Name == name && r.State == "open").OrderBy(r => r.Id).ToListAsync(ct);
        if (await requests.Quotas.CheckRequestsAsync(db, cluster, open.Count, ct) is { } full) return full;
        foreach (var request in open.Select(r => Pki.Requests.SigningRequests.Read(r.Request).Value).OfType<Pki.Requests.SigningRequestInfo>())
            requests.Add(db, cluster, to, name, request);
        return null;
    }

    private static StagedEdit WithVersion(StagedEdit edit, int number)
    {
        var document = edit.Document!.Read<CertificateSettings>() with { Version = number };
        return edit with { Document = SettingsDocument.FromElement(Kinds.Certificates, JsonSerializer.SerializeToElement(document, Contracts.Json.ContractsJson.Default.CertificateSettings)) };
    }
}
