// Package setup sets a Logto up for a desktop sign-in, through its Management
// API: what people otherwise do by hand in the Logto Console.
//
//	plan, err := setup.Inspect(ctx, client, wanted) // changes nothing
//	result, err := plan.Apply(ctx, report)          // does what the plan shows
//
// Each [Step] brings one thing from what it is to what is wanted. A step looks
// first and changes only what differs, so that a second run changes nothing and
// a run that broke off half-way can simply be made again; and it looks once more
// afterwards, since Logto drops some of what it is told without a word.
//
// What was not made by this package is added to, but not overwritten without
// Wanted.Replace, and nothing is ever removed. It knows what it has made: an
// application by its custom data, a connector by its ID. It adds to an API
// resource and to the sign-in page whoever made them, since that takes nothing
// from anybody.
package setup
