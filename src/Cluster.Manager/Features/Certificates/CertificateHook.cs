using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Certificates.SigningRequests;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>
/// What certificates add to the course of settings: their versions are made by operations of their own, go along when the item
/// does, and are shown with it.
/// </summary>
internal sealed class CertificateHook(
    UnitRunner units,
    ConfigurationViews views,
    EvaluationCache evaluations,
    VersionRows versions,
    RequestRows requests,
    TimeProvider clock) : ItemHook
{
    private static readonly FrozenSet<string> Computed = RestJson.Default.CertificateShape.Properties.Select(p => p.Name)
        .Except(ContractsJson.Default.CertificateSettings.Properties.Select(p => p.Name))
        .Except(["name", "level", "hidden"])
        .ToFrozenSet(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override IReadOnlySet<string> ComputedMembers => Computed;

    /// <inheritdoc/>
    public override async Task<JsonObject?> ComputedAsync(ItemTarget target, CancellationToken ct)
    {
        if (target.Current is not { } item) return null;
        var evaluation = new SnapshotEvaluation(target.View.Shown, evaluations, clock.GetUtcNow(), ct);
        var shapes = await CertificateResponse.ShowAsync(target.Db, target.ClusterId, [(item, target.Level.Name)], evaluation, ct);
        return JsonSerializer.SerializeToNode(shapes[0], RestJson.Default.CertificateShape)!.AsObject();
    }

    /// <inheritdoc/>
    public override Failure? RefuseCreation(string name) => SettingsFailures.CreateFirst(name);

    /// <summary>
    /// Copies the current version, or with a move all versions and open requests. Keys are the cluster's and stay where they are.
    /// </summary>
    public override async Task<StagedEdit> TakeAlongAsync(ItemTarget target, ItemLevel to, StagedEdit edit, bool move, CancellationToken ct)
    {
        var settings = edit.Document!.Read<CertificateSettings>();
        var number = await CopyVersionsAsync(target, to, settings.Version, move, ct);
        if (move) await CopyRequestsAsync(target, to, ct);
        return edit with { Document = CertificateVersionWriter.Document(settings with { Version = number }) };
    }

    /// <inheritdoc/>
    public override async Task<IResult> AnswerAsync(HttpContext context, WrittenItem written)
    {
        var item = written.Item ?? throw new InvalidOperationException("A certificate that is gone cannot be shown.");
        var shown = await units.ReadAsync(context, async (db, ct) =>
        {
            var view = await views.ReadAsync(context, db, context.Cluster().Id, ct);
            var labels = await LevelLabels.ReadAsync(db, view.Cluster.Id, ct);
            var evaluation = new SnapshotEvaluation(view.Shown, evaluations, clock.GetUtcNow(), ct);
            return await CertificateResponse.ShowAsync(
                db, view.Cluster.Id, [(item, labels.Of(item.Key.LevelKind, item.Key.LevelId))], evaluation, ct);
        });
        if (!shown.Succeeded) return Problem.Of(shown.Failure);
        written.Receipt.SetHeaders(context);
        context.Response.Headers.ETag = ItemResponse.Tag(item);
        return JsonReplies.Json(
            shown.Value[0], RestJson.Default.CertificateShape, written.Created
                ? StatusCodes.Status201Created
                : StatusCodes.Status200OK);
    }

    // Rows of the old level stay: revisions before the move still point to them.
    private async Task<int> CopyVersionsAsync(ItemTarget target, ItemLevel to, int current, bool all, CancellationToken ct)
    {
        var (db, cluster) = (target.Db, target.ClusterId);
        var rows = await VersionRows.Of(db, cluster, target.Level, target.Name).AsNoTracking()
            .Where(v => v.DestroyedAt == null && (all || v.Number == current))
            .OrderBy(v => v.Number)
            .ToListAsync(ct);
        (await versions.Quotas.CheckVersionsAsync(db, cluster, to, target.Name, rows.Count, ct)).OrRefuse();
        var number = 0;
        foreach (var row in rows)
        {
            var copy = await versions.CopyAsync(db, row, to, ct);
            if (row.Number == current) number = copy.Number;
        }

        return number > 0 ? number : throw new RefusedException(CertificateFailures.Destroyed(current));
    }

    private async Task CopyRequestsAsync(ItemTarget target, ItemLevel to, CancellationToken ct)
    {
        var (db, cluster, kind, id, name) = (target.Db, target.ClusterId, target.Level.Kind, target.Level.Id, target.Name);
        var open = await db.SigningRequests.AsNoTracking()
            .Where(
                r => r.ClusterId == cluster
                    && r.LevelKind == kind
                    && r.LevelId == id
                    && r.Name == name
                    && r.State == SigningRequestState.Open)
            .OrderBy(r => r.Id).ToListAsync(ct);
        (await requests.Quotas.CheckRequestsAsync(db, cluster, open.Count, ct)).OrRefuse();
        foreach (var request in open.Select(r => Pki.Requests.SigningRequests.Read(r.Request).Value)
            .OfType<Pki.Requests.SigningRequestInfo>())
            requests.Add(db, cluster, to, name, request);
    }
}
