using Cluster.Contracts.Json;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Rollouts;
using Cluster.Domain.Failures;
using Cluster.Domain.Settings;
using Cluster.Manager.Hosting.Problems;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>Checks the options of a commit and brings them into the form that its rollout keeps.</summary>
internal static class CommitOptions
{
    /// <summary>Checks all of them at once.</summary>
    public static Outcome<RolloutOptions> Read(CommitRequest request)
    {
        var errors = new List<FieldError>();
        var rollout = request.Rollout ?? new RolloutRequest();
        if (request.Comment.Length > TextLimits.Comment)
            errors.Add(new FieldError("/comment", FieldErrorCodes.Length, $"A comment has at most {TextLimits.Comment} characters."));
        if (rollout.Strategy is RolloutStrategy.Canary or RolloutStrategy.Waves)
            errors.Add(new FieldError(
                "/rollout/strategy", FieldErrorCodes.NotServed, "This version rolls out to all machines at once; use 'all'."));
        if (rollout.MaxFailures < 0) errors.Add(new FieldError("/rollout/maxFailures", FieldErrorCodes.Range, "It is 0 or more."));
        var confirm = DurationRules.Read(request.ConfirmWithin, TimeSpan.FromSeconds(10), TimeSpan.FromHours(24), "/confirmWithin", errors);
        var deadline = DurationRules.Read(
            rollout.ProgressDeadline, TimeSpan.FromSeconds(10), TimeSpan.FromDays(30), "/rollout/progressDeadline", errors);
        if (errors.Count > 0) return CommonFailures.Invalid(errors);
        return new RolloutOptions
        {
            MaxFailures = rollout.MaxFailures ?? 0,
            ProgressDeadlineSeconds = (long?)deadline?.TotalSeconds ?? new RolloutOptions().ProgressDeadlineSeconds,
            ConfirmWithinSeconds = (long?)confirm?.TotalSeconds,
            Atomicity = request.Atomicity ?? Atomicity.Service,
        };
    }
}
