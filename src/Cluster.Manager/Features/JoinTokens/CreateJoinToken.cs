using System.Text.Json;
using Cluster.Contracts.JoinTokens;
using Cluster.Contracts.Json;
using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.ControlCa;
using Cluster.Manager.Hosting;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Fleet;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.JoinTokens;

/// <summary>Makes a join token; it is shown once, with the complete command for the host.</summary>
internal sealed class CreateJoinToken(ControlAuthority authority, AuditTrail audit, ManagerOptions options, TimeProvider clock)
{
    private const string Description = "The command reads the token from standard input. A prepared machine joins only by a token "
        + "bound to it (machine), a departed one by a token for it (restore) or by its last identity key.";

    public static void Map(IEndpointRouteBuilder tokens) => tokens.MapPost("", HandleAsync)
        .RequireAuthorization(Policies.Admin)
        .Operation("createJoinToken", "Makes a join token, shown once, with the complete command for the host.", Description)
        .Body<JoinTokenCreate>(JoinTokenResponse.CreateExample)
        .Returns<JoinTokenShape>(StatusCodes.Status201Created);

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, CreateJoinToken creation)
    {
        var body = await context.ReadAsync(RestJson.Default.JoinTokenCreate);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var read = ReadJoinToken.Read(body.Value);
        if (!read.Succeeded) return Problem.Of(read.Failure);
        var scope = context.Cluster();
        var made = await units.WriteAsync(context, (db, request, ct) => creation.MakeAsync(db, request, read.Value, ct));
        return made.Match(
            t => JsonReplies.Created(context, $"/api/v1/clusters/{scope.Name}/join-tokens/{t.Id}", t, RestJson.Default.JoinTokenShape));
    }

    private async Task<JoinTokenShape> MakeAsync(ClusterDbContext db, WriteRequest request, ReadJoinToken asked, CancellationToken ct)
    {
        var cluster = request.ClusterId;
        var groups = await JoinTokenResponse.GroupNamesAsync(db, cluster, ct);
        var group = asked.Asked.Group is null
            ? null
            : await db.Groups.SingleOrDefaultAsync(g => g.ClusterId == cluster && g.DeletedAt == null && g.Name == asked.Asked.Group, ct);
        if (asked.Asked.Group is { } wanted && group is null)
            throw new RefusedException(CommonFailures.UnknownGroup(wanted));
        (await CheckMachineAsync(db, cluster, asked, ct)).OrRefuse();

        var secret = SecretToken.Make(SecretToken.JoinPrefix);
        var row = Row(
            asked, cluster, group?.Id, secret, request.Author, (await db.Clusters.SingleAsync(c => c.Id == cluster, ct)).EpochNumber);
        db.JoinTokens.Add(row);
        await audit.AppendAsync(db, request.Audit("join-token.create", $"join-tokens/{row.Id}"), ct);
        var shape = JoinTokenResponse.Show(row, groups) with { CaPin = authority.Pin, Command = Command(asked) };
        // The secret of a dry run opens nothing, so it is not shown.
        return request.DryRun ? shape : shape with { Token = secret };
    }

    private static async Task<Failure?> CheckMachineAsync(ClusterDbContext db, Guid cluster, ReadJoinToken asked, CancellationToken ct)
    {
        if (asked.Asked.Restore is { } id)
        {
            return await db.Machines.AnyAsync(m => m.Id == id && m.ClusterId == cluster && m.Status == MachineStatus.Departed, ct)
                ? null
                : CommonFailures.Invalid("/restore", FieldErrorCodes.NotDeparted, "There is no departed machine with this id.");
        }

        var taken = asked.Machine is { } name
            && await db.Machines.AnyAsync(m => m.ClusterId == cluster && m.Name == name && m.Status != MachineStatus.Prepared, ct);
        return taken
            ? new Failure(
                FailureCategory.Conflict,
                ProblemCodes.NameTaken,
                $"A machine named '{asked.Machine}' exists already and is not prepared; to let a departed one rejoin give its id "
                    + "as restore.")
            : null;
    }

    private JoinToken Row(ReadJoinToken asked, Guid cluster, Guid? group, string secret, string author, long epoch)
    {
        var now = clock.GetUtcNow();
        return new JoinToken
        {
            Id = Guid.CreateVersion7(now),
            ClusterId = cluster,
            TokenHash = SecretToken.Hash(secret),
            GroupId = group,
            MachineName = asked.Machine,
            RestoreMachineId = asked.Asked.Restore,
            From = JsonSerializer.Serialize(asked.Asked.From ?? [], RestJson.Default.IReadOnlyListString),
            Approve = asked.Asked.Approve ?? false,
            Uses = asked.Uses,
            CreatedAt = now,
            ExpiresAt = now + asked.Life,
            Author = author,
            Epoch = epoch,
        };
    }

    private string Command(ReadJoinToken asked)
    {
        var verb = asked.Asked.Restore is null ? "join" : "rejoin";
        var name = asked.Machine is { } machine ? $" --name {machine}" : "";
        return $"cluster-agent {verb} --manager {string.Join(',', options.AdvertisedAddresses)} --ca-pin {authority.Pin} "
            + $"--token-file -{name}";
    }
}
