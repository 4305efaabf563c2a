using System.Text.Json.Nodes;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Certificates;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates.SigningRequests;

/// <summary>Opens a request for the renewal of a certificate, with a new key or the same; the current version goes on serving.</summary>
internal sealed class OpenSigningRequest(
    UnitRunner units, KeyMaking keys, KeyVault vault, RequestRows requests, AuditTrail audit, DocumentCache documents)
{
    private const string Description =
        "Durable at once, outside change sets. Absent members are those of the current version; key 'same' keeps its key.";

    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapPost("/{name}/signing-request", (HttpContext context, OpenSigningRequest opening) => opening.HandleAsync(context))
        .RequireAuthorization(Policies.Operator)
        .Operation("openSigningRequest", "Opens a signing request to renew a certificate.", Description)
        .Body<SigningRequestOpen>("""{"key":"new"}""")
        .Query("level", "cluster (default), group:NAME or machine:NAME.")
        .Returns<SigningRequestShape>(StatusCodes.Status201Created);

    private async Task<IResult> HandleAsync(HttpContext context)
    {
        var body = await context.ReadOptionalAsync(RestJson.Default.SigningRequestOpen);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var asked = body.Value ?? new SigningRequestOpen();
        if (asked is { Key: RenewalKey.Same, NewKey: not null })
            return Problem.Of(
                CommonFailures.Invalid(
                    "/newKey", FieldErrorCodes.Contradiction, "The key stays the same; leave out newKey, or set key to new."));
        var current = await units.ReadAsync(context, (db, ct) => CurrentAsync(context, db, ct));
        if (!current.Succeeded) return Problem.Of(current.Failure);
        var plan = Read(asked, current.Value);
        if (!plan.Succeeded) return Problem.Of(plan.Failure);
        if (context.IsDryRun())
        {
            var tried = await units.ReadAsync(
                context, (db, ct) => TryAsync(context.Cluster().Id, db, current.Value, plan.Value, asked.Key == RenewalKey.Same, ct));
            return tried.Match(s => JsonReplies.Json(s, RestJson.Default.SigningRequestShape, StatusCodes.Status201Created));
        }

        var made = asked.Key == RenewalKey.Same
            ? (Outcome<PrivateKeyMaterial?>)(PrivateKeyMaterial?)null
            : await MakeAsync(plan.Value.Key, context.RequestAborted);
        if (!made.Succeeded) return Problem.Of(made.Failure);
        using var key = made.Value;
        var stored = await units.WriteAsync(
            context, (db, request, ct) => StoreAsync(db, request, current.Value, plan.Value.Names, key, ct));
        return stored.Match(
            s => JsonReplies.Created(
                context,
                $"/api/v1/clusters/{context.Cluster().Name}/signing-requests/{s.Id}",
                s,
                RestJson.Default.SigningRequestShape));
    }

    private async Task<Current> CurrentAsync(HttpContext context, ClusterDbContext db, CancellationToken ct)
    {
        var clusterId = context.Cluster().Id;
        var name = SettingsKinds.Certificates.NameOf(context);
        var level = await ItemLevel.FindWritableAsync(db, clusterId, context.Request.Query["level"].FirstOrDefault(), ct);
        var row = await VersionRows.Of(db, clusterId, level, name)
            .AsNoTracking()
            .Where(v => v.DestroyedAt == null)
            .OrderByDescending(v => v.Number)
            .FirstOrDefaultAsync(ct);
        if (row is null) throw new RefusedException(CommonFailures.NotFound("certificate", name));
        var number = await VersionUse.CurrentAsync(db, new FoundVersion(level, row), documents, ct);
        var running = number == 0 ? row : await VersionRows.Of(db, clusterId, level, name).AsNoTracking().SingleOrDefaultAsync(
            v => v.Number == number && v.DestroyedAt == null, ct);
        return new Current(level, name, VersionRows.LeafOf(running ?? row));
    }

    private static Outcome<Plan> Read(SigningRequestOpen asked, Current current)
    {
        var leaf = current.Leaf;
        var like = new KeySpecification(leaf.KeyAlgorithm, leaf.KeySize);
        var byDefault = like.IsSupported ? like : KeySpecification.Rsa2048;
        var key = asked.NewKey is not null ? KeyMaking.Read(asked.NewKey, "/newKey") : byDefault;
        if (!key.Succeeded) return key.Failure;
        var subject = asked.Subject is null ? leaf.SubjectName : SubjectShapes.Read(asked.Subject);
        var problems = RequestedNames.Check(
            subject, asked.DnsNames ?? leaf.DnsNames, asked.IpAddresses ?? [.. leaf.IpAddresses.Select(a => a.ToString())], out var names);
        return names is null ? CertificateFailures.Names(problems) : new Plan(names, key.Value);
    }

    private async Task<Outcome<PrivateKeyMaterial?>> MakeAsync(KeySpecification specification, CancellationToken ct)
    {
        var made = await keys.MakeAsync(specification, ct);
        return made.Succeeded ? made.Value : made.Failure;
    }

    private async Task<SigningRequestShape> StoreAsync(
        ClusterDbContext db, WriteRequest request, Current current, RequestedNames names, PrivateKeyMaterial? made, CancellationToken ct)
    {
        var clusterId = request.ClusterId;
        (await requests.Quotas.CheckRequestsAsync(db, clusterId, 1, ct)).OrRefuse();
        if (made is not null) await vault.StoreAsync(db, clusterId, made, ct);
        using var same = made is null ? await vault.OpenAsync(db, clusterId, current.Leaf.PublicKeySha256, ct) : null;
        if ((made ?? same) is not { } key) throw new RefusedException(CertificateFailures.NoPrivateKey(current.Name));
        if (await VersionRows.IsCompromisedAsync(db, clusterId, key.PublicKeySha256, ct))
            throw new RefusedException(CertificateFailures.Compromised);
        var row = requests.Add(db, clusterId, current.Level, current.Name, Pki.Requests.SigningRequests.Create(key, names));
        var detail = new JsonObject { ["certificate"] = current.Name, ["publicKeySha256"] = row.PublicKeySha256 };
        await audit.AppendAsync(db, request.Audit("signing-request.open", $"signing-requests/{row.Id}", detail), ct);
        return SigningRequestResponse.Show(row, current.Level.Name);
    }

    private async Task<SigningRequestShape> TryAsync(
        Guid clusterId, ClusterDbContext db, Current current, Plan plan, bool sameKey, CancellationToken ct)
    {
        (await requests.Quotas.CheckRequestsAsync(db, clusterId, 1, ct)).OrRefuse();
        if (sameKey)
        {
            using var key = await vault.OpenAsync(db, clusterId, current.Leaf.PublicKeySha256, ct);
            if (key is null) throw new RefusedException(CertificateFailures.NoPrivateKey(current.Name));
            if (await VersionRows.IsCompromisedAsync(db, clusterId, key.PublicKeySha256, ct))
                throw new RefusedException(CertificateFailures.Compromised);
        }

        return new SigningRequestShape
        {
            Certificate = current.Name,
            Level = current.Level.Name.ToString(),
            Subject = plan.Names.SubjectText,
            DnsNames = plan.Names.DnsNames,
            IpAddresses = [.. plan.Names.IpAddresses.Select(a => a.ToString())],
            PublicKeySha256 = sameKey ? current.Leaf.PublicKeySha256 : null,
            State = SigningRequestState.Open,
        };
    }

    private sealed record Current(ItemLevel Level, string Name, CertificateInfo Leaf);

    private sealed record Plan(RequestedNames Names, KeySpecification Key);
}
